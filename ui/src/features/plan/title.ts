// A plan in a few words, for headings and the tab's title. Its sentences are the host's; what one field becomes is added
// where they don't say it.
import { plural } from '@lingui/core/macro'
import type { Plan } from '@/api/types'
import { stepWords } from '@/ui/plan-change'

export function planTitle(plan: Plan): string {
  const [first] = plan.steps
  if (first === undefined) return plan.id
  const more = plan.steps.length - 1
  return more === 0 ? stepWords(first) : `${first.sentence} ${plural(more, { one: '+ # step', other: '+ # steps' })}`
}
