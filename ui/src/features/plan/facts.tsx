// Risk with the reason that decides it, and what else this touches in numbers: one line each.
import { Plural, Trans } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { RiskLevel } from '@/ui/words'
import { decidingReason } from './shapes'

export function PlanFacts({ plan }: { plan: Plan }) {
  const reason = plan.risk ? decidingReason(plan.risk) : null
  const pods = plan.parts.reduce((sum, part) => sum + part.radius.pods, 0)
  const objects = plan.parts.reduce((sum, part) => sum + part.radius.objects, 0)
  const complete = plan.parts.every((part) => part.radius.complete)
  return (
    <ul className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
      {plan.risk && <li className="flex min-w-0 flex-wrap items-center gap-2"><RiskLevel level={plan.risk.level} />{reason && <Inert text={reason.sentence} />}</li>}
      <li>
        <Trans>Touches <Plural value={pods} one="# pod" other="# pods" />, <Plural value={objects} one="# object" other="# objects" /></Trans>
      </li>
      {!complete && <li><Chip tone="warn"><Trans>not everything could be seen</Trans></Chip></li>}
    </ul>
  )
}
