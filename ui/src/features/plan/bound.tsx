// What policy holds a plan back for, in a card: each rule's own words about this plan, and what to change. What only warns
// stands on the plan's page.
import { Trans } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Quoted } from '@/ui/quoted'
import { verdictsOf } from './shapes'

const SHOWN = 3

export function Bound({ plan }: { plan: Plan }) {
  const enforced = plan.parts.flatMap(verdictsOf).filter((verdict) => verdict.enforced)
  const denying = enforced.filter(({ effect }) => effect.effect === 'deny')
  const binding = denying.length > 0 ? denying : enforced.filter(({ effect }) => effect.effect === 'require')
  if (binding.length === 0) return null
  const more = binding.length - SHOWN
  return (
    <ul className="grid gap-2 text-sm">
      {binding.slice(0, SHOWN).map(({ rule, sentence, remedy }) => (
        <li key={`${rule} ${sentence}`} className="grid gap-0.5 border-l-2 border-line-strong pl-2.5">
          <Quoted text={sentence} className="min-w-0 break-words" />
          <Quoted text={remedy} className="min-w-0 break-words text-ink-2" />
        </li>
      ))}
      {more > 0 && <li className="text-ink-2"><Trans>and {more} more rules</Trans></li>}
    </ul>
  )
}
