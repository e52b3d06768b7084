// Runs as they are told. Pure. The host announces plans and tells of runs what changes; the rest has to be read. A word that
// comes late, after a newer read, takes nothing back: runs and their steps only go forward.
import type { Run, StepRun } from '@/api/types'
import type { ExecutionStatus, StepStatus } from './events'
import type { Reduced } from './turns'

const ENDED: ReadonlySet<Run['state']> = new Set(['succeeded', 'failed', 'cancelled', 'indeterminate'])

const COURSE: readonly Run['state'][] = ['pending', 'running', 'settling']
const rank = (state: Run['state']): number => (ENDED.has(state) ? COURSE.length : COURSE.indexOf(state))
const stepRank = (state: StepRun['state']): number => (state === 'pending' ? 0 : state === 'running' ? 1 : 2)

export const isRunOver = (run: Pick<Run, 'state'>): boolean => ENDED.has(run.state)

function applyStep(known: StepRun, told: StepStatus): StepRun {
  if (stepRank(told.state) < stepRank(known.state)) return known
  return {
    ...known,
    state: told.state,
    ...(told.progress !== null && { progress: told.progress }),
    ...(told.problem !== null && { problem: told.problem }),
  }
}

/** A run as it is after what was told; it has to be read when it is unknown, when it has ended, and when what changed was not told. */
export function applyRun(known: Run | undefined, told: ExecutionStatus): Reduced<Run | undefined> {
  if (known === undefined || known.id !== told.run) return { value: known, mustRead: true }
  if (rank(told.state) < rank(known.state)) return { value: known, mustRead: false }
  const steps = known.steps.map((step) => {
    const status = told.steps.find(({ index }) => index === step.index)
    return status === undefined ? step : applyStep(step, status)
  })
  const value: Run = { ...known, state: told.state, clusters: told.clusters, steps }
  const untold = JSON.stringify(value) === JSON.stringify(known)
  return { value, mustRead: isRunOver(told) || untold }
}

/** How a run reads in one line: steps done of all. */
export function runProgress(run: Run): { done: number; of: number } {
  const done = run.steps.filter((step) => step.state !== 'pending' && step.state !== 'running').length
  return { done, of: run.steps.length }
}
