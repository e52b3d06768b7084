// The cluster a part of a card is about. With one cluster there is nothing to tell apart, so nothing is shown.
import type { Plan } from '@/api/types'
import { Inert } from '@/ui/inert'

export function PartHeading({ plan, cluster }: { plan: Plan; cluster: string }) {
  if (plan.parts.length < 2) return null
  return <h3 className="text-xs font-semibold text-ink-2"><Inert text={cluster} /></h3>
}
