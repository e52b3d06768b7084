// A plan as one line: what it does, its state, its risk. The steps' sentences are the host's.
import { Link } from '@tanstack/react-router'
import { Plural } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Inert } from './inert'
import { planChange } from './plan-change'
import { Time } from './time'
import { RiskLevel, StateWord } from './words'

export function PlanLine({ plan }: { plan: Plan }) {
  const [first, ...others] = plan.steps
  const change = planChange(plan)
  return (
    <Link to="/plans/$id" params={{ id: plan.id }} search={(before) => ({ c: before.c, n: before.n })} className="grid gap-1 rounded-md hover:text-accent">
      <span className="text-sm text-ink">
        {first ? <Inert text={first.sentence} /> : plan.id}
        {change !== null && <span className="text-ink-2">: <Inert text={change} /></span>}
        {others.length > 0 && <span className="text-ink-3"> <Plural value={others.length} one="and # more step" other="and # more steps" /></span>}
      </span>
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
        <StateWord state={plan.state} />
        {plan.risk && <RiskLevel level={plan.risk.level} />}
        <Inert text={plan.clusters.join(', ')} />
        <Inert text={plan.requester} />
        <Time at={plan.created_at} />
      </span>
    </Link>
  )
}
