// A list of one kind over the chosen clusters: live rows in a virtual grid, with filter, labels, order, columns and selection
// in the URL. Selected rows begin a plan; nothing is written here.
import '@/features/objects/words'
import { useQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useCallback, useMemo } from 'react'
import { kindsQuery, sessionQuery } from '@/api/queries'
import { combine } from '@/features/objects/combine'
import { Rows } from '@/features/objects/rows'
import { Source } from '@/features/objects/source'
import { Unseen } from '@/features/objects/unseen'
import { useSources } from '@/features/objects/use-sources'
import { useClusterWords } from '@/shell/scope-words'
import { useScope, useSetScope } from '@/shell/use-scope'
import { Button } from '@/ui/button'
import { gvrOf } from '@/ui/object-ref'
import { Inert } from '@/ui/inert'
import { inertText } from '@/ui/inert-text'
import { PageFrame, Read } from '@/ui/states/page'

const route = getRouteApi('/r/$gvr')

export default function Resources() {
  const { t } = useLingui()
  const { gvr } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const scope = useScope()
  const setScope = useSetScope()
  const session = useQuery(sessionQuery)
  const clusters = scope.clusters.length > 0 ? scope.clusters : (session.data?.clusters.map(({ name }) => name) ?? [])
  const kinds = useQuery({ ...kindsQuery(clusters[0] ?? ''), enabled: clusters.length > 0 })
  const kind = kinds.data?.items.find((each) => gvrOf(each) === gvr)
  const namespace = kind?.namespaced === false ? undefined : scope.namespace
  const { sources, states, onState, gaps, isSplitting } = useSources({ gvr, clusters, namespace, labels: search.labels, fields: search.fields })
  // Each change of the address comes by here: what was made of tens of thousands of rows stays as long as they do.
  const combined = useMemo(() => combine(sources, states, isSplitting), [sources, states, isSplitting])
  const readMore = useCallback(() => { for (const state of states.values()) state.readMore() }, [states])
  const title = combined.kindName ?? kind?.kind ?? gvr
  const isFiltered = search.labels !== undefined
  const wordsOf = useClusterWords()
  const where = [clusters.length === 0 ? '' : wordsOf(clusters), namespace].filter(Boolean).join(' / ')
  const asked = sources.length === 0 ? { ...combined.asked, error: session.error } : combined.asked
  return (
    <PageFrame title={title} lead={<><Link to="/r" search={({ c, n }) => ({ c, n })} className="hover:text-ink hover:underline"><Trans>Resources</Trans></Link> · <span title={inertText(clusters.join(', '))}><Inert text={where} /></span></>}>
      {sources.map((source) => <Source key={source.id} at={source} q={search.q ?? ''} sort={search.sort} onState={onState} />)}
      <Unseen failures={[...(combined.asked.data === undefined ? [] : combined.failures), ...gaps, ...combined.lost.map((name) => ({ name, why: t`does not answer; what is shown may be old` }))]} />
      <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface">
        <Read
          query={asked}
          isEmpty={({ rows }) => rows.length === 0 && !asked.isPending}
          emptyFirst={{ title: <Trans>There are none</Trans>, text: <Trans>No object of this kind exists here, or none that you may see.</Trans>, action: namespace !== undefined && <Button onClick={() => setScope({ n: undefined })}><Trans>Look in all namespaces</Trans></Button> }}
          clearFilter={isFiltered ? () => void navigate({ search: (before) => ({ ...before, labels: undefined, q: undefined }) }) : null}
          lines={12}
        >
          {(table) => (
            <Rows
              gvr={gvr}
              table={table}
              combined={combined}
              verbs={kind?.verbs}
              showCluster={clusters.length > 1}
              showNamespace={combined.isNamespaced && namespace === undefined}
              readMore={readMore}
              chooserAt={sources.find(({ id }) => states.get(id)?.kind != null)}
            />
          )}
        </Read>
      </div>
    </PageFrame>
  )
}
