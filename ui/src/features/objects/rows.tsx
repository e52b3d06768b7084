// The rows of a list: filtered and ordered as the URL says, in the grid, with its filter above and what may be planned below.
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useCallback, useDeferredValue, useMemo } from 'react'
import { Button } from '@/ui/button'
import { DataGrid } from '@/ui/grid/grid'
import { useAhead } from '@/ui/use-ahead'
import { filtered, nextSort, ordered, parseSort } from './arrange'
import { ColumnChooser } from './column-chooser'
import { useColumns } from './columns'
import type { Combined } from './combine'
import { FilterBar } from './filter-bar'
import { GridNotes } from './grid-notes'
import { parseRowId } from './gvr'
import { selectedIds, SELECTED_MAX, type GridSearch, type TabName } from './search'
import { SelectionBar } from './selection-bar'
import type { SourceAt } from './source'
import type { Table, TableRow } from './table'
import { focusFilter, focusRows, useGridKeys } from './use-grid-keys'
import { useTyped } from './use-typed'

const route = getRouteApi('/r/$gvr')
const KEYS: Record<string, TabName> = { l: 'logs', y: 'yaml', d: 'overview', e: 'events' }
const idOf = (row: TableRow): string => row.id

interface RowsProps {
  gvr: string
  table: Table
  combined: Combined
  verbs: readonly string[] | undefined
  showCluster: boolean
  showNamespace: boolean
  readMore: () => void
  /** A source that answered, to ask for more columns. */
  chooserAt: SourceAt | undefined
}

export function Rows({ gvr, table, combined, verbs, showCluster, showNamespace, readMore, chooserAt }: RowsProps) {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const say = (change: GridSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  const [q, setQ] = useTyped(search.q ?? '', (text) => say({ q: text || undefined }))
  const text = useDeferredValue(q)
  const [sort, setSort] = useAhead(search.sort, (next) => say({ sort: next }))
  const [sel, setSel] = useAhead(search.sel, (next) => say({ sel: next }))
  const bySort = useDeferredValue(sort)
  useGridKeys()

  const order = useMemo(() => parseSort(sort), [sort])
  const inOrder = useMemo(() => ordered(table.rows, table.columns, parseSort(bySort)), [table, bySort])
  const shown = useMemo(() => filtered(inOrder, text), [inOrder, text])
  const columns = useColumns({ gvr, table, showCluster, showNamespace })
  const selected = useMemo(() => new Set(selectedIds(sel)), [sel])
  const select = (id: string) => {
    const next = selected.has(id) ? [...selected].filter((each) => each !== id) : [...selected, id].slice(0, SELECTED_MAX)
    setSel(next.length === 0 ? undefined : next.join(','))
  }
  const open = ({ cluster, namespace, name }: TableRow, tab?: TabName) =>
    void navigate({ to: '/r/$gvr/$cluster/$namespace/$name', params: { gvr, cluster, namespace, name }, search: ({ c, n }) => ({ c, n, ...(tab && { tab }) }) })
  const reach = useCallback((index: number) => { if (index >= shown.length - 20) readMore() }, [shown.length, readMore])
  const objects = [...selected].flatMap((id) => parseRowId(gvr, id) ?? [])
  const unread = combined.unread ?? 0
  return (
    <div className="flex h-[calc(100dvh-12.5rem)] min-h-80 flex-col max-md:h-[calc(100dvh-16rem)]">
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
        <FilterBar q={q} onQ={setQ} labels={search.labels ?? ''} onLabels={(labels) => say({ labels: labels || undefined, sel: undefined })} onLeave={focusRows} />
        <ColumnChooser gvr={gvr} cluster={chooserAt?.cluster} namespace={chooserAt?.namespace} shown={table.columns} fields={search.fields} onFields={(fields) => say({ fields })} />
      </div>
      <div className="min-h-0 flex-1">
        {shown.length === 0 && text !== '' && unread === 0 ? (
          <p role="status" className="flex flex-wrap items-center gap-3 px-4 py-6 text-sm text-ink-2"><Trans>Nothing fits the filter</Trans><Button onClick={() => setQ('')}><Trans>Clear the filter</Trans></Button></p>
        ) : (
          <DataGrid
            label={t`Objects`}
            columns={columns}
            rows={shown}
            total={shown.length + (text === '' || combined.unread !== 0 ? unread : 0)}
            isTotal={combined.unread !== null}
            idOf={idOf}
            onReach={reach}
            order={order}
            onOrder={(by) => setSort(nextSort(order, by))}
            selected={selected}
            onSelect={select}
            onOpen={(row) => open(row)}
            onKey={(key, row) => {
              const tab = KEYS[key]
              if (key === '/') focusFilter()
              else if (tab !== undefined) open(row, tab)
              else return false
              return true
            }}
          />
        )}
      </div>
      {objects.length > 0 && <SelectionBar gvr={gvr} objects={objects} verbs={verbs} onClear={() => setSel(undefined)} />}
      <GridNotes combined={combined} shown={shown.length} read={table.rows.length} />
    </div>
  )
}
