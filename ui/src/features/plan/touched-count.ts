// How much a plan touches besides what it writes: pods that it restarts, removes or adds, and every other object, each counted
// once. The host counts pods apart, because some of them are not there yet or not known by name, and among the objects it
// counts the written ones and those pods it can name; here they are taken out. Pure.
import type { Plan, PlanPart } from '@/api/types'
import { listedOf, type Touched } from './shapes'

export interface TouchedCount {
  pods: number
  others: number
  /** More are counted than listed, and how many of those are pods is not told: there may be more others. */
  atLeast: boolean
}

const isPod = ({ object: { type } }: Touched): boolean => type.kind === 'Pod' && type.group === ''
/** Pods that only hang on it (a policy selects them, they use a Secret) are not among those that are restarted. */
const isCountedPod = (each: Touched): boolean => isPod(each) && (each.why === 'owned' || each.why === 'inside')

function countOf(plan: Plan, part: PlanPart): TouchedCount {
  const { pods, objects, omitted } = part.radius
  const written = new Set(plan.steps.filter(({ cluster }) => cluster === part.cluster).map(({ object }) => object)).size
  const further = listedOf(part).filter(({ why }) => why !== 'written')
  const listed = further.filter((each) => !isCountedPod(each)).length
  if (omitted === 0) return { pods, others: listed, atLeast: false }
  return { pods, others: Math.max(listed, objects - written - pods), atLeast: objects > written }
}

export function touchedCount(plan: Plan, cluster?: string): TouchedCount {
  return plan.parts
    .filter((part) => cluster === undefined || part.cluster === cluster)
    .map((part) => countOf(plan, part))
    .reduce((sum, each) => ({ pods: sum.pods + each.pods, others: sum.others + each.others, atLeast: sum.atLeast || each.atLeast }), { pods: 0, others: 0, atLeast: false })
}

/** Whether what was foreseen has happened, so that it is told as past. */
export const hasRun = ({ state }: Pick<Plan, 'state'>): boolean => state === 'succeeded' || state === 'undone'
