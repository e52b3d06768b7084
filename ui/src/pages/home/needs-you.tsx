// What waits for this person: votes, own plans that may run, runs that failed or lost contact. The counts are the host's
// and live; the plans behind them are read by state.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import { plansQuery, sessionQuery } from '@/api/queries'
import type { PlanState, Session } from '@/api/types'
import { Card, CardList, CardRow } from '@/ui/card'
import { PlanLine } from '@/ui/plan-link'
import { Read } from '@/ui/states/page'

const SHOWN_MAX = 5

export function NeedsYou() {
  const session = useQuery(sessionQuery)
  return (
    <div id="needs-you">
      <Card title={<Trans>Needs you</Trans>}>
        <Read
          query={session}
          lines={2}
          isEmpty={() => false}
          emptyFirst={{ title: null, text: null }}
          clearFilter={null}
          failures={({ inbox }) => (inbox === null ? [{ name: 'inbox', why: 'store-unavailable' }] : [])}
        >
          {(data) => <Waiting session={data} />}
        </Read>
      </Card>
    </div>
  )
}

function Waiting({ session }: { session: Session }) {
  const needsApproval = usePlans('needs-approval')
  const ready = usePlans('ready').filter(({ requester }) => requester === session.name)
  const lost = usePlans('indeterminate').filter(({ requester }) => requester === session.name)
  const failed = usePlans('failed').filter(({ requester }) => requester === session.name)
  const plans = [...lost, ...needsApproval, ...ready, ...failed]
  const { inbox } = session
  if (plans.length === 0) return <p className="px-4 py-5 text-sm text-ink-2"><Trans>Nothing waits for you.</Trans></p>
  return (
    <>
      {inbox && inbox.for_my_vote > 0 && (
        <p className="border-b border-line px-4 py-2 text-sm text-warn">
          <Plural value={inbox.for_my_vote} one="# plan waits for your vote" other="# plans wait for your vote" />
        </p>
      )}
      <CardList>{plans.slice(0, SHOWN_MAX).map((plan) => <CardRow key={plan.id}><PlanLine plan={plan} /></CardRow>)}</CardList>
      {plans.length > SHOWN_MAX && <p className="border-t border-line px-4 py-2 text-xs text-ink-3"><Trans>{plans.length - SHOWN_MAX} more under Plans</Trans></p>}
    </>
  )
}

const usePlans = (state: PlanState) => useInfiniteQuery(plansQuery(state)).data?.pages.flatMap(({ items }) => items) ?? []
