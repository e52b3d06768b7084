// What waits for this person: votes, own plans that may run, runs that failed or lost contact. The counts are the host's
// and live; the plans behind them are read by state. It says that nothing waits only when every read said so.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plural, Trans } from '@lingui/react/macro'
import { WAITING } from '@/api/begin'
import { plansQuery, sessionQuery } from '@/api/queries'
import type { Plan, PlanState, Session } from '@/api/types'
import { originOf } from '@/features/plan/shapes'
import { buttonClass } from '@/ui/button'
import { Card, CardList, CardRow } from '@/ui/card'
import { PlanLine } from '@/ui/plan-link'
import { Read } from '@/ui/states/page'
import type { Asked } from '@/ui/states/state'
import { ROOM_LINES, Room } from './room'

const SHOWN_MAX = 5

interface Waiting {
  votes: number
  plans: Plan[]
  inboxUnread: boolean
}

export function NeedsYou({ query }: { query: Asked<Waiting> }) {
  return (
    <div id="needs-you">
      <Card title={<Trans>Needs you</Trans>}>
        <Room>
          <Read
            query={query}
            lines={ROOM_LINES}
            isEmpty={({ votes, plans, inboxUnread }) => votes === 0 && plans.length === 0 && !inboxUnread}
            emptyFirst={{ title: <Trans>Nothing waits for you</Trans>, text: <Trans>Plans that need your vote, and your own that may run or went wrong, stand here.</Trans>, isWell: true, action: <Link to="/plans" className={buttonClass()}><Trans>All plans</Trans></Link> }}
            clearFilter={null}
            failures={({ inboxUnread }) => (inboxUnread ? [{ name: 'inbox', why: 'store-unavailable' }] : [])}
          >
            {({ votes, plans }) => (
              <>
                {votes > 0 && <p className="border-b border-line px-4 py-2 text-sm text-warn"><Plural value={votes} one="# plan waits for your vote" other="# plans wait for your vote" /></p>}
                <CardList>{plans.slice(0, SHOWN_MAX).map((plan) => <CardRow key={plan.id}><PlanLine plan={plan} /></CardRow>)}</CardList>
                {plans.length > SHOWN_MAX && (
                  <p className="border-t border-line px-4 py-2 text-xs"><Link to="/plans" className="text-ink-2 hover:text-accent"><Trans>{plans.length - SHOWN_MAX} more under Plans</Trans></Link></p>
                )}
              </>
            )}
          </Read>
        </Room>
      </Card>
    </div>
  )
}

export function useWaiting(): Asked<Waiting> {
  const session = useQuery(sessionQuery)
  const lists = WAITING.map(usePlans)
  const all = [session, ...lists]
  const isRead = session.data !== undefined && lists.every(({ data }) => data !== undefined)
  return {
    data: isRead ? waiting(session.data, lists.flatMap(({ data }) => data?.pages.flatMap(({ items }) => items) ?? [])) : undefined,
    error: all.find(({ error }) => error !== null)?.error ?? null,
    isPending: all.some(({ isPending }) => isPending),
    isFetching: all.some(({ isFetching }) => isFetching),
    refetch: () => Promise.all(all.map(({ refetch }) => refetch())),
  }
}

/** What an answer proposed and nobody ran: it was asked what is broken, not for a plan. */
const isProposed = (plan: Plan): boolean => plan.state === 'ready' && originOf(plan).origin === 'finding'

/** Of others' plans only those that need a vote concern one. */
function waiting({ name, inbox }: Session, plans: Plan[]): Waiting {
  const mine = plans.filter((plan) => plan.state === 'needs-approval' || (plan.requester === name && !isProposed(plan)))
  return { votes: inbox?.for_my_vote ?? 0, plans: mine, inboxUnread: inbox === null }
}

const usePlans = (state: PlanState) => useInfiniteQuery(plansQuery(state))
