// A plan, whole: where it stands and what to do, the sentence beside the steps, what else this touches, risk, policy, votes,
// the way back. Each part that reads by itself fails by itself; the plan is read once and kept up by the stream.
import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Approvals } from './approvals'
import { Asked } from './asked'
import { Commands } from './commands'
import { Details } from './details'
import { Policy } from './policy'
import { ReadPlan } from './read-plan'
import { Rights } from './rights'
import { RiskReasons } from './risk'
import { StatusPanel } from './status-panel'
import { standingOf } from './standing'
import { Steps } from './steps'
import { TouchedCard } from './touched'
import { UndoRecipe } from './undo-recipe'
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
    <div className="grid min-w-0 gap-4">
      <StatusPanel plan={plan} run={run} runProblem={runProblem} standing={standing} onUndoPlan={showUndo} />
      <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <Card title={t`What was asked`}><Asked plan={plan} canEdit={standing.can.edit} /></Card>
          <Card title={<Trans>Steps</Trans>} aside={<span className="text-xs text-ink-3 tabular-nums">{plan.steps.length}</span>}><Steps plan={plan} run={run} /></Card>
          <TouchedCard plan={plan} />
          <Commands plan={plan} />
        </div>
        <div className="grid min-w-0 gap-4">
          <RiskReasons plan={plan} />
          <Policy plan={plan} />
          <Approvals plan={plan} />
          <UndoRecipe plan={plan} />
          <Rights plan={plan} own={standing.own} />
          <Details plan={plan} run={run} />
        </div>
      </div>
    </div>
  )
}
