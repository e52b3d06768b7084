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
  const hint = unsaid(problem.hint, before)
  return (
    <div className="grid gap-2 rounded-lg border border-line border-l-4 border-l-warn bg-surface px-3 py-2.5 text-sm">
      <p className="flex items-start gap-2 text-ink"><span className="mt-0.5 text-warn"><Icon name="warning" size={14} /></span><Inert text={before} className="min-w-0 break-words whitespace-pre-wrap" /></p>
      {offers.length > 0 && <Offers offers={offers} />}
      {hint && (hint.startsWith('kubectl ') ? <Command text={hint} /> : <p className="text-ink-2"><Inert text={hint} /></p>)}
      <p className="text-xs text-ink-3"><Trans>Code <Code text={problem.code} /></Trans></p>
    </div>
  )
}

/** The hint, unless the words say it already: a provider that gives up repeats what it was told. A command stays, to copy. */
function unsaid(hint: string | null | undefined, words: string): string | null {
  if (!hint) return null
  return !hint.startsWith('kubectl ') && words.toLowerCase().includes(hint.toLowerCase()) ? null : hint
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
