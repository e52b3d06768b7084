// The plan that repairs a finding, as one line in the finding; it opens beside. Where none could be made, why not.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { planQuery } from '@/api/queries'
import type { Turn } from '@/api/types'
import { Button } from '@/ui/button'
import { Inert } from '@/ui/inert'
import { stepWords } from '@/ui/plan-change'
import { RiskLevel, StateWord } from '@/ui/words'
import { useTalk } from '../talk'

export function Fix({ turn, part }: { turn: Turn; part: number }) {
  const said = turn.parts[part]
  if (said?.part === 'note') return <p className="text-xs text-warn"><Inert text={said.text ?? ''} /></p>
  return said?.plan === undefined ? null : <FixPlan plan={said.plan} turn={turn} part={part} />
}

function FixPlan({ plan: id, turn, part }: { plan: string; turn: Turn; part: number }) {
  const { show } = useTalk()
  const { data: plan } = useQuery(planQuery(id))
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 rounded-md border border-line bg-bg py-1 pr-1 pl-3">
      <span className="min-w-0 text-sm"><Trans>Fix: <Inert text={plan?.steps.map(stepWords).join(', ') ?? id} /></Trans></span>
      <span className="flex items-center gap-3">
        {plan && <StateWord state={plan.state} />}
        {plan?.risk && <RiskLevel level={plan.risk.level} />}
        <Button onClick={() => show({ turn: turn.id, part })}><Trans>Look at the plan</Trans></Button>
      </span>
    </div>
  )
}
