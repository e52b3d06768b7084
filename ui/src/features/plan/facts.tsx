// Risk with the reason that decides it, and what else this touches in numbers: one line each.
import { Trans } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { RiskLevel } from '@/ui/words'
import { decidingReason } from './shapes'
import { hasRun, touchedCount } from './touched-count'
import { useTouchedWords } from './touched-words'

export function PlanFacts({ plan }: { plan: Plan }) {
  const reason = plan.risk ? decidingReason(plan.risk) : null
  const complete = plan.parts.every((part) => part.radius.complete)
  return (
    <ul className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
      {plan.risk && <li className="flex min-w-0 flex-wrap items-center gap-2"><RiskLevel level={plan.risk.level} />{reason && <Inert text={reason.sentence} />}</li>}
      <li><Touches plan={plan} /></li>
      {!complete && <li><Chip tone="warn"><Trans>not everything could be seen</Trans></Chip></li>}
    </ul>
  )
}

function Touches({ plan }: { plan: Plan }) {
  const count = useTouchedWords(touchedCount(plan))
  if (count === null) return hasRun(plan) ? <Trans>Touched nothing else</Trans> : <Trans>Touches nothing else</Trans>
  return hasRun(plan) ? <Trans>Touched {count}</Trans> : <Trans>Touches {count}</Trans>
}
