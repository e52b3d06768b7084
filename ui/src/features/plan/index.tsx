// Stand-in for the plan's card: its line, which leads to its page.
import { useQuery } from '@tanstack/react-query'
import { planQuery } from '@/api/queries'
import { PlanLine } from '@/ui/plan-link'
import { Read } from '@/ui/states/page'

export function PlanCard({ id }: { id: string }) {
  const query = useQuery(planQuery(id))
  return (
    <article className="rounded-lg border border-line bg-surface p-4">
      <Read query={query} isEmpty={() => false} emptyFirst={{ title: null, text: null }} clearFilter={null}>{(plan) => <PlanLine plan={plan} />}</Read>
    </article>
  )
}
