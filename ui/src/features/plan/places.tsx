// Where a plan writes: each of its clusters with the namespaces, and which of them are production. It stands wherever a plan
// can be run or approved, because a sentence reads the same on every cluster.
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { Place } from '@/ui/place'

export function Places({ plan }: { plan: Plan }) {
  const clusters = useQuery(sessionQuery).data?.clusters ?? []
  return (
    <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
      {plan.parts.map(({ cluster, namespaces }) => (
        <Place key={cluster} cluster={cluster} namespaces={namespaces} production={clusters.some(({ name, production }) => name === cluster && production)} />
      ))}
    </span>
  )
}
