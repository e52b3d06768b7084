// The newest plans of the scope.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { plansQuery } from '@/api/queries'
import { BeginPlan } from '@/features/begin/begin'
import { Card, CardList, CardRow } from '@/ui/card'
import { PlanLine } from '@/ui/plan-link'
import { Read } from '@/ui/states/page'
import { ROOM_LINES, Room } from './room'

const SHOWN_MAX = 6

export function RecentPlans({ cluster }: { cluster: string | undefined }) {
  const query = useInfiniteQuery(plansQuery(undefined, cluster))
  return (
    <Card title={<Trans>Recent plans</Trans>} aside={<Link to="/plans" className="text-xs text-ink-2 hover:text-accent"><Trans>All plans</Trans></Link>}>
      <Room>
        <Read
          query={query}
          lines={ROOM_LINES}
          isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
          emptyFirst={{ title: <Trans>No plans yet</Trans>, text: <Trans>Say what to change in the bar above: you see the plan before anything happens.</Trans>, action: <BeginPlan /> }}
          clearFilter={null}
        >
          {({ pages }) => <CardList>{pages.flatMap(({ items }) => items).slice(0, SHOWN_MAX).map((plan) => <CardRow key={plan.id}><PlanLine plan={plan} /></CardRow>)}</CardList>}
        </Read>
      </Room>
    </Card>
  )
}
