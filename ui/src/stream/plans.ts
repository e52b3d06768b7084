// Plans and runs as they are told. Pure. The host tells whole views, so the newer one replaces the older; which is newer is
// said by the plan's etag (its version) and by the run's own course.
import type { Plan, Run } from '@/api/types'

const version = (plan: Plan): number => Number(plan.etag.replaceAll('"', ''))

export function applyPlan(known: Plan | undefined, told: Plan): Plan {
  return known !== undefined && known.id === told.id && version(known) > version(told) ? known : told
}

const ENDED: ReadonlySet<Run['state']> = new Set(['succeeded', 'failed', 'cancelled', 'indeterminate'])

export const isRunOver = (run: Run): boolean => ENDED.has(run.state)

/** A run that has ended doesn't go on: a later word of it under way is an older one. */
export function applyRun(known: Run | undefined, told: Run): Run {
  return known !== undefined && known.id === told.id && isRunOver(known) && !isRunOver(told) ? known : told
}

/** How a run reads in one line: steps done of all. */
export function runProgress(run: Run): { done: number; of: number } {
  const done = run.steps.filter((step) => step.state !== 'pending' && step.state !== 'running').length
  return { done, of: run.steps.length }
}
