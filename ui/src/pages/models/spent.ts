// How much of a day's allowance is used, as parts of a bar. Pure. Money comes as decimal text and is never added up here.
import type { Model } from '@/api/models'

export interface Allowance {
  what: 'tokens' | 'cost'
  used: number
  allowed: number
}

/** What the operator limits; nothing where he limits nothing. */
export function allowancesOf({ budget, usage_today: used }: Pick<Model, 'budget' | 'usage_today'>): Allowance[] {
  const tokens = budget.tokens_per_day
  const cost = Number(budget.cost_per_day)
  return [
    ...(tokens === undefined ? [] : [{ what: 'tokens' as const, used: used.input_tokens + used.output_tokens, allowed: tokens }]),
    ...(budget.cost_per_day === undefined || Number.isNaN(cost) ? [] : [{ what: 'cost' as const, used: Number(used.cost ?? 0), allowed: cost }]),
  ]
}

/** 0 to 1, also where more was used than is allowed or nothing is. */
export const shareOf = ({ used, allowed }: Allowance): number => (allowed <= 0 ? 1 : Math.min(1, used / allowed))
