// The kinds that the chosen clusters serve, to choose a list from: those one looks at most come first, custom ones by group.
import '@/features/objects/words'
import { useQueries, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { toProblem } from '@/api/problem'
import { kindsQuery, sessionQuery } from '@/api/queries'
import { KindList } from '@/features/objects/kind-list'
import { grouped, listable } from '@/features/objects/kinds'
import { FilterBox } from '@/features/objects/filter-box'
import { useTyped } from '@/features/objects/use-typed'
import { ClusterWords } from '@/shell/scope-words'
import { useScope } from '@/shell/use-scope'
import { Card, CardNote } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { PageFrame, Read } from '@/ui/states/page'
import { EmptyFiltered, Partial } from '@/ui/states/states'
import { useIsNarrow } from '@/ui/use-media'

const route = getRouteApi('/r')

export default function Kinds() {
  const { t } = useLingui()
  const scope = useScope()
  // A phone's keyboard would cover the list.
  const isNarrow = useIsNarrow()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const session = useQuery(sessionQuery)
  const clusters = scope.clusters.length > 0 ? scope.clusters : (session.data?.clusters.map(({ name }) => name) ?? [])
  const asked = useQueries({ queries: clusters.map((cluster) => kindsQuery(cluster)) })
  const [q, setQ] = useTyped(search.q ?? '', (text) => void navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true }))
  const read = asked.flatMap(({ data }) => data?.items ?? [])
  const failed = asked.flatMap(({ error }, index) => (error === null ? [] : [{ name: clusters[index] ?? '', why: toProblem(error).detail }]))
  const query = {
    data: asked.some(({ data }) => data !== undefined) ? listable(read) : undefined,
    error: asked.find(({ error }) => error !== null)?.error ?? session.error,
    isPending: asked.some(({ isPending }) => isPending), isFetching: false,
    refetch: () => { for (const each of asked) void each.refetch() },
  }
  return (
    <PageFrame title={t`Resources`} lead={clusters.length > 0 && <ClusterWords clusters={clusters} />} actions={<div className="w-64 max-w-full"><FilterBox label={t`Find a kind`} q={q} onQ={setQ} autoFocus={!isNarrow} /></div>}>
      {query.data !== undefined && <Partial failures={failed} />}
      <Read
        query={query}
        isEmpty={(kinds) => kinds.length === 0}
        emptyFirst={{ title: <Trans>No kinds</Trans>, text: <Trans>This cluster serves nothing that you may list.</Trans> }}
        clearFilter={null}
        lines={10}
      >
        {(kinds) => {
          const groups = grouped(kinds, q)
          if (groups.length === 0) return <EmptyFiltered onClear={() => setQ('')} />
          return groups.map(({ name, kinds: some }) => (
            <Card key={name} title={name === '' ? <Trans>Most used</Trans> : <Inert text={name} />}>
              {some.length === 0 ? <CardNote><Trans>None</Trans></CardNote> : <KindList kinds={some} />}
            </Card>
          ))
        }}
      </Read>
    </PageFrame>
  )
}
