// Why something that was asked for did not happen, beside the button that asked. Code and trace stand in details.
import { Trans } from '@lingui/react/macro'
import { missingRight, type Problem } from '@/api/problem'
import { Code, Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export function ProblemNote({ problem, children }: { problem: Problem; children?: React.ReactNode }) {
  const right = missingRight(problem)
  return (
    <div role="alert" className="grid gap-1.5 rounded-md bg-bad-soft px-3 py-2 text-sm">
      <p className="flex items-start gap-2 text-bad"><span className="mt-0.5"><Icon name="warning" size={14} /></span><Inert text={problem.detail} /></p>
      {problem.code === 'precondition-failed' && <p className="text-ink-2"><Trans>The plan was changed in between. What is shown now is the newest; look at it again.</Trans></p>}
      {problem.code === 'host-unreachable' && <p className="text-ink-2"><Trans>It is not known whether the host got this. Asking again does no harm: the same click never begins two runs.</Trans></p>}
      {right ? <Command text={right.canI} /> : problem.hint && <p className="text-ink-2"><Inert text={problem.hint} /></p>}
      {children}
      <details className="text-xs text-ink-3">
        <summary className="w-fit"><Trans>Details</Trans></summary>
        <p className="mt-1 flex flex-wrap gap-x-3"><Code text={problem.code} />{problem.traceId && <span><Trans>Trace <Code text={problem.traceId} /></Trans></span>}</p>
      </details>
    </div>
  )
}
