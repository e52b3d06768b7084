// Plans, newest first, by state, by cluster and by whose they are; all of it in the URL. The host filters by state and one
// cluster; the rest is filtered here over the pages that were read, so a filtered page may be short and go on.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { clustersQuery, plansQuery, sessionQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { BeginPlan } from '@/features/begin/begin'
import { withClusters } from '@/shell/scope'
import { useClusterWords } from '@/shell/scope-words'
import { useScope, useSetScope } from '@/shell/use-scope'
import { Button } from '@/ui/button'
import { CardList, CardRow } from '@/ui/card'
import { Select } from '@/ui/field'
import { inertText } from '@/ui/inert-text'
import { PlanLine } from '@/ui/plan-link'
import { Page } from '@/ui/states/page'
import { StateFilter } from './state-filter'
import type { PlansSearch } from './search'

const route = getRouteApi('/plans')

export default function Plans() {
  const { t } = useLingui()
  const { state, by } = route.useSearch()
  const navigate = route.useNavigate()
  const { cluster, clusters } = useScope()
  const setScope = useSetScope()
  const me = useQuery(sessionQuery).data?.name
  const query = useInfiniteQuery(plansQuery(state, cluster))
  const set = (next: PlansSearch) => void navigate({ search: (before) => ({ ...before, ...next }) })
  const fits = (plan: Plan): boolean =>
    (by === undefined || (plan.requester === me) === (by === 'me')) &&
    (clusters.length === 0 || plan.clusters.some((each) => clusters.includes(each)))
  const filtered = state !== undefined || by !== undefined || clusters.length > 0
  const clear = () => void navigate({ search: { c: undefined, n: undefined, state: undefined, by: undefined } })
  return (
    <Page
      title={t`Plans`}
      actions={(
        <div data-filters className="grid w-full grid-cols-2 gap-2 sm:w-auto sm:grid-cols-[repeat(3,10rem)] [&>:last-child]:max-sm:col-span-2">
          <ClusterFilter clusters={clusters} onChange={(chosen) => setScope(withClusters(chosen))} />
          <Select aria-label={t`Whose`} value={by ?? ''} onChange={(event) => set({ by: (event.target.value || undefined) as PlansSearch['by'] })}>
            <option value="">{t`of everybody`}</option>
            <option value="me">{t`mine`}</option>
            <option value="others">{t`of others`}</option>
          </Select>
          <StateFilter state={state} onChange={(next) => set({ state: next })} />
        </div>
      )}
      query={query}
      lines={8}
      isEmpty={({ pages }) => !query.hasNextPage && pages.every(({ items }) => !items.some(fits))}
      emptyFirst={{ title: <Trans>No plans yet</Trans>, text: <Trans>Say what to change in the bar above: you see the plan before anything happens.</Trans>, action: <BeginPlan /> }}
      clearFilter={filtered ? clear : null}
    >
      {({ pages }) => (
        <>
          <CardList>{pages.flatMap(({ items }) => items).filter(fits).map((plan) => <CardRow key={plan.id}><PlanLine plan={plan} /></CardRow>)}</CardList>
          {query.hasNextPage && <div className="border-t border-line p-3"><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
        </>
      )}
    </Page>
  )
}

/** The clusters there are, one of which can be chosen here; what else the scope holds is shown as one more. */
function ClusterFilter({ clusters, onChange }: { clusters: readonly string[]; onChange: (clusters: readonly string[]) => void }) {
  const { t } = useLingui()
  const wordsOf = useClusterWords()
  const names = useQuery(clustersQuery).data?.items.map(({ name }) => name) ?? []
  const [cluster] = clusters
  const isOther = clusters.length > 1 || (cluster !== undefined && !names.includes(cluster))
  return (
    <Select aria-label={t`Cluster`} value={isOther ? OTHER : (cluster ?? '')} onChange={({ target: { value } }) => { if (value !== OTHER) onChange(value === '' ? [] : [value]) }}>
      <option value="">{t`all clusters`}</option>
      {isOther && <option value={OTHER}>{wordsOf(clusters)}</option>}
      {names.map((name) => <option key={name} value={name}>{inertText(name)}</option>)}
    </Select>
  )
}

/** No cluster's name has a space. */
const OTHER = 'the scope'
