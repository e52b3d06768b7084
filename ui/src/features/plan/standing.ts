// Where a plan stands for whoever looks at it, and what this person may do about it now. Pure: the host decides again at
// every request, so what is said here only keeps the screen from offering what would be refused.
import type { Plan, PlanPart, Run } from '@/api/types'
import { isRunOver } from '@/stream/plans'
import { reversibilityOf, tallyOf, type MissingVotes } from './shapes'

export type StandingKind =
  | 'denied' | 'your-vote' | 'confirm' | 'waits-for-others' | 'voted'
  | 'ready' | 'ready-for-requester' | 'held-by-mode'
  | 'rejected' | 'expired' | 'stale'
  | 'starting' | 'running' | 'settling' | 'cancelling'
  | 'succeeded' | 'not-settled' | 'failed' | 'partly-failed' | 'cancelled' | 'lost-contact'
  | 'undone' | 'partly-undone'

export interface Can {
  execute: boolean
  edit: boolean
  refresh: boolean
  reject: boolean
  cancel: boolean
  undo: boolean
}

/** Whoever looks. What is empty because the host does not say yet offers nothing. */
export interface Viewer {
  name: string
  groups: readonly string[]
  /** The clusters this person has. */
  clusters: readonly string[]
}

export interface Standing {
  kind: StandingKind
  can: Can
  /** Parts that this person's approval would count for. */
  approvable: PlanPart[]
  /** The part that a no is given for: one vote of a person counts for each. */
  stoppable: PlanPart | undefined
  /** Asked for by this person. */
  own: boolean
}

const voted = (part: PlanPart, me: Viewer): boolean => (part.approval?.votes ?? []).some((vote) => vote.voter === me.name)

/** Whether a vote of this person counts for what is missing; nobody named means anyone but the requester. */
const isAsked = (missing: readonly MissingVotes[], me: Viewer): boolean =>
  missing.some(({ groups }) => groups.length === 0 || groups.some((group) => me.groups.includes(group)))

/** Whether a part waits for this person's word, as the host counts it for the inbox: another's plan on a cluster he has, by a
 *  group that is asked, without a vote of his; or his own where he alone confirms. */
function mayApprove(plan: Plan, part: PlanPart, me: Viewer): boolean {
  const tally = tallyOf(part)
  if (tally?.tally === 'confirmation-missing') return plan.requester === me.name
  return tally?.tally === 'waiting' && plan.requester !== me.name && me.clusters.includes(part.cluster) && !voted(part, me) && isAsked(tally.missing, me)
}

/** A no of anybody ends a plan that waits, also of who is in no group that is asked. */
const mayStop = (part: PlanPart, me: Viewer): boolean => tallyOf(part)?.tally === 'waiting' && !voted(part, me)

function openKind(plan: Plan, me: Viewer, approvable: readonly PlanPart[]): StandingKind {
  if (plan.state === 'ready') {
    if (plan.mode !== null && plan.mode !== 'guarded') return 'held-by-mode'
    return plan.requester === me.name ? 'ready' : 'ready-for-requester'
  }
  if (approvable.length > 0) return approvable.some((part) => tallyOf(part)?.tally === 'confirmation-missing') ? 'confirm' : 'your-vote'
  return plan.requester !== me.name && plan.parts.some((part) => voted(part, me)) ? 'voted' : 'waits-for-others'
}

function runningKind(run: Run | undefined): StandingKind {
  if (run === undefined) return 'starting'
  if (run.cancel_requested && !isRunOver(run)) return 'cancelling'
  if (run.state === 'settling') return 'settling'
  return run.state === 'pending' ? 'starting' : 'running'
}

function endedKind(plan: Plan, run: Run | undefined): StandingKind {
  if (plan.undone.length > 0 && plan.stands.length > 0) return 'partly-undone'
  // A write that was taken is no failure, and yet not all is as planned.
  if (plan.state === 'succeeded') return run?.steps.some(({ settled }) => settled === false) ? 'not-settled' : 'succeeded'
  if (plan.state === 'indeterminate') return 'lost-contact'
  if (run?.state === 'cancelled') return 'cancelled'
  return plan.stands.length > 0 ? 'partly-failed' : 'failed'
}

function kindOf(plan: Plan, run: Run | undefined, me: Viewer, approvable: readonly PlanPart[]): StandingKind {
  switch (plan.state) {
    case 'denied': case 'rejected': case 'expired': case 'stale': case 'undone': return plan.state
    case 'ready': case 'needs-approval': return openKind(plan, me, approvable)
    case 'running': return runningKind(run)
    default: return endedKind(plan, run)
  }
}

export function standingOf(plan: Plan, run: Run | undefined, me: Viewer): Standing {
  const own = plan.requester === me.name
  const open = plan.state === 'denied' || plan.state === 'needs-approval' || plan.state === 'ready' || plan.state === 'stale' || plan.state === 'expired'
  const approvable = plan.state === 'needs-approval' ? plan.parts.filter((part) => mayApprove(plan, part, me)) : []
  const kind = kindOf(plan, run, me, approvable)
  return {
    kind, own, approvable,
    stoppable: plan.parts.find((part) => mayStop(part, me)) ?? plan.parts[0],
    can: {
      execute: kind === 'ready',
      edit: own && open && plan.operations.length > 0,
      refresh: own && (plan.state === 'stale' || plan.state === 'expired'),
      reject: plan.state === 'needs-approval' ? own || plan.parts.some((part) => mayStop(part, me)) : own && plan.state === 'ready',
      cancel: own && plan.state === 'running' && run?.cancel_requested !== true,
      undo: own && plan.stands.length > 0 && plan.state !== 'running' && undoable(plan) !== 'none',
    },
  }
}

/** How much of a plan its undo brings back. */
export function undoable(plan: Plan): 'all' | 'partly' | 'none' {
  const classes = plan.steps.map((step) => reversibilityOf(step).class)
  if (classes.every((each) => each === 'none')) return 'none'
  return classes.every((each) => each === 'exact') ? 'all' : 'partly'
}

/** Whether a second click is asked for before it runs: much is at stake, or it can't be taken back. */
export const wantsSecondLook = (plan: Plan): boolean =>
  plan.risk?.level === 'high' || plan.risk?.level === 'critical' || plan.steps.some((step) => reversibilityOf(step).class === 'none')
