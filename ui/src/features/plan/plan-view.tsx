// A plan, whole: where it stands, what changes and what to do; risk, policy, votes and the way back, of which what has nothing
// to say is one card; what else this touches, what was asked. Each part that reads by itself fails by itself; the plan is read once and kept up by the stream.
import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Approvals, isApprovalQuiet } from './approvals'
import { Asked } from './asked'
import { Checked } from './checked'
import { Commands } from './commands'
import { Details } from './details'
import { isPolicyQuiet, Policy } from './policy'
import { ReadPlan } from './read-plan'
import { Rights } from './rights'
import { isRiskQuiet, RiskReasons } from './risk'
import { StatusPanel } from './status-panel'
import { standingOf } from './standing'
import { TouchedCard } from './touched'
import { isUndoQuiet, UndoRecipe } from './undo-recipe'
import { usePlan, type ShownPlan } from './use-plan'

export function PlanView({ id }: { id: string }) {
  const { plan, ...shown } = usePlan(id)
  return <ReadPlan query={plan} lines={8}>{(read) => <Whole key={read.id} plan={read} {...shown} />}</ReadPlan>
}

function Whole({ plan, run, runProblem, me }: Omit<ShownPlan, 'plan'> & { plan: Plan }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const standing = standingOf(plan, run, me)
  const showUndo = (id: string) => void navigate({ to: '/plans/$id', params: { id } })
  return (
    // In the document: the change and what to do about it, how it was judged, then the rest. On a wide screen the judgement
    // stands beside both; the last row takes what it is longer by.
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
      <StatusPanel plan={plan} run={run} runProblem={runProblem} standing={standing} onUndoPlan={showUndo} />
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
        {!isPolicyQuiet(plan) && <Policy plan={plan} />}
        {!isRiskQuiet(plan) && <RiskReasons plan={plan} />}
        {!isApprovalQuiet(plan) && <Approvals plan={plan} />}
        {!isUndoQuiet(plan) && <UndoRecipe plan={plan} />}
        <Checked plan={plan} />
        <Rights plan={plan} own={standing.own} />
        <Details plan={plan} run={run} />
      </div>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 lg:col-start-1 lg:row-start-2">
        <Card title={t`What was asked`}><Asked plan={plan} canEdit={standing.can.edit && plan.state !== 'denied'} /></Card>
        <TouchedCard plan={plan} />
        <Commands plan={plan} />
      </div>
    </div>
  )
}
