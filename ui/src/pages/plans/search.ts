// What of the list of plans lives in its URL: the state, and whose they are. The cluster is the scope's. Pure.
import type { PlanState } from '@/api/types'

export const PLAN_STATES = [
  'needs-approval', 'ready', 'running', 'succeeded', 'failed', 'indeterminate', 'stale', 'expired', 'denied', 'rejected', 'undone',
] as const satisfies readonly PlanState[]

export interface PlansSearch {
  state?: PlanState
  by?: 'me' | 'others'
}

export function readPlansSearch(search: Record<string, unknown>): PlansSearch {
  const state = PLAN_STATES.find((each) => each === search.state)
  return {
    ...(state !== undefined && { state }),
    ...((search.by === 'me' || search.by === 'others') && { by: search.by }),
  }
}
