// A list of one kind: for now its first page as rows in the grid. Filters, live rows and selection come with the page's work.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { sessionQuery } from '@/api/queries'
import { resourcesQuery } from '@/api/objects'
import { useScope, useSetScope } from '@/shell/use-scope'
import { DataGrid } from '@/ui/grid'
import { Inert } from '@/ui/inert'
import { Page } from '@/ui/states/page'

const route = getRouteApi('/r/$gvr')

export default function Resources() {
  const { t } = useLingui()
  const { gvr } = route.useParams()
  const scope = useScope()
  const setScope = useSetScope()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery).data
  const cluster = scope.clusters[0] ?? session?.clusters[0]?.name
  const query = useInfiniteQuery({ ...resourcesQuery(gvr, { cluster, namespace: scope.namespace }), enabled: cluster !== undefined })
  return (
    <Page
      title={query.data?.pages[0]?.kind.kind ?? gvr}
      query={query}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
      emptyFirst={{ title: <Trans>There are none</Trans>, text: <Trans>No object of this kind exists here, or none that you may see.</Trans> }}
      clearFilter={scope.namespace === undefined ? null : () => setScope({ n: undefined })}
    >
      {({ pages }) => (
        <DataGrid
          label={t`Objects`}
          rows={pages.flatMap(({ items }) => items)}
          rowId={({ uid }) => uid}
          onOpen={({ namespace, name }) => void navigate({ to: '/r/$gvr/$cluster/$namespace/$name', params: { gvr, cluster: cluster ?? '', namespace: namespace || '-', name } })}
          onEnd={() => { if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage() }}
          columns={[
            { id: 'namespace', header: t`Namespace`, width: 'minmax(8rem,1fr)', cell: ({ namespace }) => <Inert text={namespace} /> },
            ...(pages[0]?.columns ?? []).map((header, index) => ({
              id: header, header, width: index === 0 ? 'minmax(14rem,2fr)' : 'minmax(6rem,1fr)', cell: ({ cells }: { cells: unknown[] }) => <Inert text={String(cells[index] ?? '')} />,
            })),
          ]}
        />
      )}
    </Page>
  )
}
