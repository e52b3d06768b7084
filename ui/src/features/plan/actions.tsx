// What the person looking may do about a plan now, as buttons; a refusal stands below them. Approving is by the digest that
// is on the screen. An undo is a plan of its own: its id is handed to the caller, which shows it.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { useApprovePlan, useCancelPlan, useRefreshPlan, useRejectPlan, useRollbackPlan } from '@/api/mutations'
import { toProblem } from '@/api/problem'
import type { Plan } from '@/api/types'
import { Button } from '@/ui/button'
import { Copy } from '@/ui/code'
import { useRunPlan } from './execute'
import { NoUndo } from './no-undo'
import { ProblemNote } from './problem-note'
import { RunDialog } from './run-dialog'
import { wantsSecondLook, type Standing } from './standing'

interface ActionsProps {
  plan: Plan
  standing: Standing
  /** Shows the plan that takes this one back. */
  onUndoPlan: (id: string) => void
  /** Stands behind the buttons: where they act. */
  beside?: ReactNode
}

export function Actions({ plan, standing, onUndoPlan, beside }: ActionsProps) {
  const { can, approvable } = standing
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const start = useRunPlan()
  const approve = useApprovePlan()
  const reject = useRejectPlan()
  const refresh = useRefreshPlan()
  const cancel = useCancelPlan()
  const rollback = useRollbackPlan()
  const undo = (cluster?: string) => rollback.mutate({ id: plan.id, cluster }, { onSuccess: (made) => onUndoPlan(made.id) })
  const digest = approvable[0]?.approval?.digest
  const failed = start.problem ?? approve.error ?? reject.error ?? refresh.error ?? cancel.error ?? rollback.error
  const several = plan.stands.length > 1
  // A plan that was found stale says why by itself.
  const said = failed != null && plan.problem !== null && toProblem(failed).detail === plan.problem.detail
  const forget = () => [start, approve, reject, refresh, cancel, rollback].forEach((each) => each.reset())
  const fresh = (act: () => void) => () => { forget(); act() }
  const asksFirst = wantsSecondLook(plan)
  const begin = () => (asksFirst ? setAsking(true) : start.run(plan))
  const waiting = start.pending || approve.isPending || reject.isPending || refresh.isPending || cancel.isPending || rollback.isPending
  const noUndo = standing.own && !can.undo && plan.stands.length > 0 && plan.state !== 'running'
  const offers = approvable.length > 0 || can.execute || can.refresh || can.reject || can.cancel || can.undo
  if (!offers && !noUndo && failed == null) return null
  return (
    <div className="grid gap-2">
      {noUndo && <NoUndo plan={plan} />}
      <div className="flex flex-wrap gap-2 empty:hidden" aria-busy={waiting}>
        {can.execute && <Button kind="primary" icon="send" aria-haspopup={asksFirst ? 'dialog' : undefined} disabled={waiting} onClick={fresh(begin)}>{start.pending ? <Trans>Starting</Trans> : <Trans>Run</Trans>}</Button>}
        {approvable.length === 1 && digest !== undefined && (
          <Button kind="primary" icon="check" disabled={waiting} onClick={fresh(() => approve.mutate({ id: plan.id, digest }))}>
            {standing.kind === 'confirm' ? <Trans>I confirm</Trans> : <Trans>Approve</Trans>}
          </Button>
        )}
        {approvable.length > 1 && approvable.map((part) => (
          <Button key={part.cluster} kind="primary" icon="check" disabled={waiting} onClick={fresh(() => approve.mutate({ id: plan.id, digest: part.approval?.digest ?? '' }))}>
            <Trans>Approve on {part.cluster}</Trans>
          </Button>
        ))}
        {can.refresh && <Button kind="primary" icon="refresh" disabled={waiting} onClick={fresh(() => refresh.mutate(plan.id))}>{refresh.isPending ? <Trans>Computing anew</Trans> : <Trans>Refresh</Trans>}</Button>}
        {can.cancel && <Button icon="stop" disabled={waiting} onClick={fresh(() => cancel.mutate(plan.id))}><Trans>Stop</Trans></Button>}
        {can.undo && <Button icon="undo" disabled={waiting} onClick={fresh(() => undo())}>{rollback.isPending ? <Trans>Planning the undo</Trans> : several ? <Trans>Undo everywhere</Trans> : <Trans>Undo</Trans>}</Button>}
        {can.undo && several && plan.stands.map((cluster) => (
          <Button key={cluster} icon="undo" disabled={waiting} onClick={fresh(() => undo(cluster))}><Trans>Undo on {cluster}</Trans></Button>
        ))}
        {can.reject && (
          // Away from what runs it: a thumb is wider than the gap between two buttons.
          <Button icon="cross" className="max-sm:ml-auto pointer-coarse:ml-auto" disabled={waiting} onClick={fresh(() => reject.mutate({ id: plan.id, digest: standing.stoppable?.approval?.digest }))}>
            {standing.own ? <Trans>Withdraw</Trans> : <Trans>Reject</Trans>}
          </Button>
        )}
        {standing.own && standing.kind === 'waits-for-others' && <Copy text={`${location.origin}/plans/${plan.id}`} label={t`Copy the link to this plan`} />}
        {beside && <span className="ml-auto self-center text-sm">{beside}</span>}
      </div>
      {failed != null && !said && <ProblemNote problem={toProblem(failed)} />}
      {asksFirst && <RunDialog plan={plan} open={asking} onClose={() => setAsking(false)} onRun={() => start.run(plan)} />}
    </div>
  )
}
