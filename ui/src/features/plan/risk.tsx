// Risk as a level with the reason that decides it; the other reasons and their weights on demand. Scores are for the curious.
import { Plural, Trans } from '@lingui/react/macro'
import type { Plan, PlanPart } from '@/api/types'
import { Card } from '@/ui/card'
import { Code } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { RiskLevel } from '@/ui/words'
import { PartHeading } from './part-heading'
import { decidingReason } from './shapes'

/** Low, and nothing was counted. */
export const isRiskQuiet = ({ risk, parts }: Plan): boolean => (risk === null || risk.level === 'low') && parts.every((part) => part.risk.reasons.length === 0)

export function RiskReasons({ plan }: { plan: Plan }) {
  return (
    <Card title={<Trans>Risk</Trans>} aside={plan.risk && <RiskLevel level={plan.risk.level} />}>
      <div className="grid gap-3 px-4 py-3">{plan.parts.map((part) => <OfPart key={part.cluster} plan={plan} part={part} />)}</div>
    </Card>
  )
}

function OfPart({ plan, part }: { plan: Plan; part: PlanPart }) {
  const { risk } = part
  const deciding = decidingReason(risk)
  const others = risk.reasons.filter((reason) => reason !== deciding)
  return (
    <div className="grid gap-1.5 text-sm">
      <div className="flex items-center justify-between gap-2 empty:hidden"><PartHeading plan={plan} cluster={part.cluster} />{plan.parts.length > 1 && <RiskLevel level={risk.level} />}</div>
      {deciding === null ? <p className="text-ink-2"><Trans>Nothing speaks against it.</Trans></p> : <p><Inert text={deciding.sentence} /></p>}
      {deciding !== null && (
        <details>
          <summary className="w-fit text-ink-2 hover:text-ink">
            {others.length === 0 ? <Trans>How it is counted</Trans> : <Plural value={others.length} one="# more reason" other="# more reasons" />}
          </summary>
          <ul className="mt-1.5 grid gap-1.5">
            {[deciding, ...others].map((reason) => (
              <li key={`${reason.rule} ${reason.sentence}`} className="grid grid-cols-[2rem_minmax(0,1fr)] gap-2">
                <span className="text-right text-ink-3 tabular-nums">+{reason.points}</span>
                <span className="min-w-0"><Inert text={reason.sentence} /> <Code text={reason.rule} /></span>
              </li>
            ))}
            <li className="grid grid-cols-[2rem_minmax(0,1fr)] gap-2 border-t border-line pt-1 text-ink-3"><span className="text-right tabular-nums">{risk.score}</span><span><Trans>of 100</Trans></span></li>
          </ul>
        </details>
      )}
    </div>
  )
}
