// The three things a host needs before the first sentence, out of what the doctor examined: a cluster that answers, somebody
// who reads sentences, a log that is written. A step is done when all its checks are; the first that is not says what to do.
import type { Doctor } from '@/api/types'

type Check = Doctor['checks'][number]

export type StepName = 'cluster' | 'provider' | 'log' | 'policies' | 'rest'

export interface Step {
  name: StepName
  ok: boolean
  checks: Check[]
}

const STEPS: readonly [StepName, (check: string) => boolean][] = [
  ['cluster', (check) => check.startsWith('cluster ')],
  ['provider', (check) => check === 'provider'],
  ['log', (check) => check === 'database' || check === 'start'],
  ['policies', (check) => check === 'packs'],
  // Whatever else the doctor looks at.
  ['rest', () => true],
]

/** Steps only where they are at fault: nobody has to take them on a host as it comes. */
const UNASKED: ReadonlySet<StepName> = new Set(['policies', 'rest'])
/** What reads sentences without a model. */
const RULES = 'provider-rules'

export function stepsOf({ checks }: Doctor): Step[] {
  const left = [...checks]
  const steps = STEPS.map(([name, belongs]) => {
    const own = left.filter((check) => belongs(check.name))
    for (const check of own) left.splice(left.indexOf(check), 1)
    return { name, checks: own, ok: own.every(({ ok }) => ok) && (name !== 'cluster' || own.length > 0) }
  })
  return steps.filter(({ name, ok }) => !UNASKED.has(name) || !ok)
}

/** Sentences are read by rules; a model may be asked for more, and none is needed. */
export const needsNoModel = ({ checks }: Pick<Step, 'checks'>): boolean => checks.some(({ detail }) => detail.startsWith(RULES))
