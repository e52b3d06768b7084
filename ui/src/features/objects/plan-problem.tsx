// Why no plan was made, in the host's own words, beside what was asked.
import type { Problem } from '@/api/problem'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export function PlanProblem({ problem }: { problem: Problem }) {
  return (
    <div role="alert" className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <span className="mt-0.5"><Icon name="warning" size={14} /></span>
      <div className="min-w-0 break-words">
        <p><Inert text={problem.detail} /></p>
        {problem.hint && <p className="mt-0.5 text-xs"><Inert text={problem.hint} /></p>}
        {problem.traceId && <p className="mt-0.5 font-mono text-xs opacity-80">{problem.code} · {problem.traceId}</p>}
      </div>
    </div>
  )
}
