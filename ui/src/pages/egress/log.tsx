// What went out and what was refused, newest first, by where to, by who asked, by how it ended: all of it in the URL. The host
// remembers some hundred requests since it began; they are filtered here over the pages that were read.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { egressLogQuery, type EgressRequest } from '@/api/egress'
import { Button, IconButton } from '@/ui/button'
import { Card, CardList, CardNote, CardRow } from '@/ui/card'
import { Select } from '@/ui/field'
import { Read } from '@/ui/states/page'
import { fateOf } from './ended'
import { LogRow } from './log-row'
import { FATES, type EgressSearch, type Fate } from './search'

interface LogProps {
  search: EgressSearch
  onSearch: (next: EgressSearch) => void
}

const endsLike = (one: EgressRequest, other: EgressRequest): boolean => one.ended === other.ended && one.destination === other.destination

const NO_FILTER: EgressSearch = { to: undefined, from: undefined, fate: undefined }

const distinct = (names: string[], chosen: string | undefined): string[] => [...new Set(chosen === undefined ? names : [...names, chosen])].sort()

export function Log({ search, onSearch }: LogProps) {
  const { t } = useLingui()
  const query = useInfiniteQuery(egressLogQuery)
  const known = query.data?.pages.flatMap(({ items }) => items) ?? []
  const fits = (request: EgressRequest): boolean =>
    (search.to === undefined || request.destination === search.to) && (search.from === undefined || request.caller === search.from) && (search.fate === undefined || fateOf(request) === search.fate)
  const filtered = search.to !== undefined || search.from !== undefined || search.fate !== undefined
  const shown = known.filter(fits)
  const set = (next: EgressSearch) => onSearch({ ...search, ...next })
  return (
    <Card title={<Trans>What went out</Trans>} aside={<IconButton icon="refresh" label={t`Read the newest`} disabled={query.isFetching} onClick={() => void query.refetch()} />}>
      <div className="grid grid-cols-2 gap-2 border-b border-line px-4 py-2.5 sm:flex [&>:last-child]:max-sm:col-span-2">
        <Names label={t`Where to`} all={t`to anywhere`} names={distinct(known.map(({ destination }) => destination), search.to)} chosen={search.to} onChange={(to) => set({ to })} />
        <Names label={t`Who asked`} all={t`by anybody`} names={distinct(known.map(({ caller }) => caller), search.from)} chosen={search.from} onChange={(from) => set({ from })} />
        <Fates fate={search.fate} onChange={(fate) => set({ fate })} />
      </div>
      <Read
        query={query}
        lines={6}
        isEmpty={({ pages }) => !query.hasNextPage && pages.every(({ items }) => !items.some(fits))}
        emptyFirst={{ title: <Trans>Nothing went out</Trans>, text: <Trans>Since the host began, no component asked for anything outside.</Trans>, isWell: true }}
        clearFilter={filtered ? () => onSearch(NO_FILTER) : null}
      >
        {() => (
          <>
            {shown.length === 0 && <CardNote><Trans>None of the newest fits the filter.</Trans></CardNote>}
            <CardList>{shown.map((request, at) => <CardRow key={request.number}><LogRow request={request} isFirst={shown.findIndex((each) => endsLike(each, request)) === at} /></CardRow>)}</CardList>
            {query.hasNextPage && <div className="border-t border-line p-3"><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show older</Trans></Button></div>}
          </>
        )}
      </Read>
    </Card>
  )
}

interface NamesProps {
  label: string
  all: string
  names: readonly string[]
  chosen: string | undefined
  onChange: (name: string | undefined) => void
}

const Names = ({ label, all, names, chosen, onChange }: NamesProps) => (
  <Select aria-label={label} className="w-full min-w-0 sm:w-44" value={chosen ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
    <option value="">{all}</option>
    {names.map((name) => <option key={name} value={name}>{name}</option>)}
  </Select>
)

function Fates({ fate, onChange }: { fate: Fate | undefined; onChange: (fate: Fate | undefined) => void }) {
  const { t } = useLingui()
  const words: Record<Fate, string> = { answered: t`answered`, refused: t`refused`, failed: t`failed` }
  return (
    <Select aria-label={t`How it ended`} className="w-full min-w-0 sm:w-44" value={fate ?? ''} onChange={(event) => onChange(FATES.find((each) => each === event.target.value))}>
      <option value="">{t`however it ended`}</option>
      {FATES.map((each) => <option key={each} value={each}>{words[each]}</option>)}
    </Select>
  )
}
