// What a plan of one field changes, in a few characters: `5 → 3`, `app=review → app=reviews`. Pure. Sentences such as "patch
// service shop/reviews" name the object and not the change; where the sentence says the new value itself, nothing is added.
import type { Plan, Step } from '@/api/types'

const VALUE_CHARS_MAX = 48

type Scalar = string | number | boolean

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '' && value.length <= VALUE_CHARS_MAX && !value.includes('\n'))

/** The last part of a path; keys with dots or slashes are written `[like/this]`. */
const lastOf = (path: string): string => /\[([^[\]=]+)\]$/.exec(path)?.[1] ?? path.split(/[.\]]/).at(-1) ?? path

export function stepChange({ diff, sentence }: Pick<Step, 'diff' | 'sentence'>): string | null {
  const [only, ...others] = diff
  if (only === undefined || others.length > 0) return null
  const { path, before, after } = only
  if (!isScalar(before) || !isScalar(after)) return null
  const words = sentence.split(/\s+/)
  if (words.includes(String(after))) return null
  const name = lastOf(path)
  if (words.includes(path) || words.includes(name)) return `${before} → ${after}`
  return `${name}=${before} → ${name}=${after}`
}

/** The step's sentence, with what it changes where that isn't said. */
export function stepWords(step: Pick<Step, 'diff' | 'sentence'>): string {
  const change = stepChange(step)
  return change === null ? step.sentence : `${step.sentence}: ${change}`
}

/** Of a plan of one step. */
export const planChange = ({ steps }: Pick<Plan, 'steps'>): string | null =>
  steps.length === 1 && steps[0] !== undefined ? stepChange(steps[0]) : null
