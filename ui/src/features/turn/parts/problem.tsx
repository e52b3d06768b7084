// Why a turn could not do what was asked, and what to do about it. What can be said instead is offered for the prompt.
import { Trans } from '@lingui/react/macro'
import { storedProblem } from '@/api/problem'
import type { StoredProblem } from '@/api/types'
import { Code, Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Forbidden } from '@/ui/states/states'
import { offersOf } from '../offers'
import { useTalk } from '../talk'

export function ProblemView({ problem }: { problem: StoredProblem }) {
  if (problem.code === 'cluster-forbidden') {
    // The words repeat the hint, which is shown as a command below them.
    const detail = problem.hint ? problem.detail.replace(problem.hint, '').trim() : problem.detail
    return <div className="rounded-lg border border-line bg-surface"><Forbidden problem={storedProblem({ ...problem, detail })} /></div>
  }
  const { before, offers } = offersOf(problem.detail)
  return (
    <div className="grid gap-2 rounded-lg border border-line border-l-4 border-l-warn bg-surface px-3 py-2.5 text-sm">
      <p className="flex items-start gap-2 text-ink"><span className="mt-0.5 text-warn"><Icon name="warning" size={14} /></span><Inert text={before} className="min-w-0 break-words whitespace-pre-wrap" /></p>
      {offers.length > 0 && <Offers offers={offers} />}
      {problem.hint && (problem.hint.startsWith('kubectl ') ? <Command text={problem.hint} /> : <p className="text-ink-2"><Inert text={problem.hint} /></p>)}
      <p className="text-xs text-ink-3"><Trans>Code <Code text={problem.code} /></Trans></p>
    </div>
  )
}

function Offers({ offers }: { offers: readonly string[] }) {
  const { edit } = useTalk()
  return (
    <div className="grid gap-1">
      <p className="text-ink-2"><Trans>You can say, for example:</Trans></p>
      <ul className="flex flex-wrap gap-1.5">
        {offers.map((offer) => (
          <li key={offer}>
            <button type="button" onClick={() => edit(offer)} className="rounded-md border border-line bg-raised px-2 py-0.5 text-left text-xs text-ink-2 hover:border-line-strong hover:text-ink"><Inert text={offer} /></button>
          </li>
        ))}
      </ul>
    </div>
  )
}
