// Plans, newest first, by state. The state is in the URL.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { plansQuery } from '@/api/queries'
import { useScope, useSetScope } from '@/shell/use-scope'
import { Button } from '@/ui/button'
import { CardList, CardRow } from '@/ui/card'
import { PlanLine } from '@/ui/plan-link'
import { Page } from '@/ui/states/page'

export default function Plans() {
  const { t } = useLingui()
  const { cluster } = useScope()
  const setScope = useSetScope()
  const query = useInfiniteQuery(plansQuery(undefined, cluster))
  return (
    <Page
      title={t`Plans`}
      query={query}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
      emptyFirst={{ title: <Trans>No plans yet</Trans>, text: <Trans>Say what to change in the bar above: you see the plan before anything happens.</Trans> }}
      clearFilter={cluster === undefined ? null : () => setScope({ c: undefined, n: undefined })}
    >
      {({ pages }) => (
        <>
          <CardList>{pages.flatMap(({ items }) => items).map((plan) => <CardRow key={plan.id}><PlanLine plan={plan} /></CardRow>)}</CardList>
          {query.hasNextPage && <div className="border-t border-line p-3"><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
        </>
      )}
    </Page>
  )
}
