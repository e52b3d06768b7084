// What the host says of what else a plan touches, worst first, in its own sentences. They were said before anything ran and
// are not said anew afterwards, so beside a run they stand as what was foreseen.
import { Trans } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Inert } from '@/ui/inert'

interface ForeseenProps {
  plan: Pick<Plan, 'clusters' | 'run'>
  sentences: readonly { cluster: string; text: string }[]
}

export function Foreseen({ plan, sentences }: ForeseenProps) {
  if (sentences.length === 0) return null
  const several = plan.clusters.length > 1
  return (
    <div className="grid gap-0.5">
      {plan.run !== null && <p className="text-xs text-ink-3"><Trans>Foreseen before it ran:</Trans></p>}
      <ul className="grid gap-0.5">
        {sentences.map(({ cluster, text }) => <li key={`${cluster} ${text}`}>{several && <span className="text-ink-3"><Inert text={cluster} />: </span>}<Inert text={text} /></li>)}
      </ul>
    </div>
  )
}
