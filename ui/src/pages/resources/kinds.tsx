// The kinds a cluster serves, to choose a list from. Of one cluster: which kinds there are differs.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { kindsQuery, sessionQuery } from '@/api/queries'
import { useScope } from '@/shell/use-scope'
import { Inert } from '@/ui/inert'
import { gvrOf } from '@/ui/object-ref'
import { Page } from '@/ui/states/page'

export default function Kinds() {
  const { t } = useLingui()
  const scope = useScope()
  const session = useQuery(sessionQuery).data
  const cluster = scope.clusters[0] ?? session?.clusters[0]?.name
  const query = useQuery({ ...kindsQuery(cluster ?? ''), enabled: cluster !== undefined })
  return (
    <Page
      title={t`Resources`}
      lead={cluster && <Trans>Kinds that <Inert text={cluster} /> serves</Trans>}
      query={query}
      isEmpty={({ items }) => items.length === 0}
      emptyFirst={{ title: <Trans>No kinds</Trans>, text: <Trans>This cluster serves nothing that you may list.</Trans> }}
      clearFilter={null}
    >
      {({ items }) => (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-0.5 p-2">
          {items.filter(({ verbs }) => verbs.includes('list')).map((kind) => (
            <li key={gvrOf(kind)}>
              <Link to="/r/$gvr" params={{ gvr: gvrOf(kind) }} search={(before) => ({ c: before.c ?? cluster, n: before.n })} className="flex min-h-8 items-baseline justify-between gap-3 rounded-md px-2.5 py-1 text-sm hover:bg-hover">
                <Inert text={kind.kind} /><Inert text={kind.group} className="truncate text-xs text-ink-3" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
