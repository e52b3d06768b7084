// The columns of a grid of objects: where they are, then what the cluster prints. The name is a link, so that it opens in a
// tab of its own where one asks for that.
import { defaultStringifySearch, useSearch } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import type { GridColumn } from '@/ui/grid/types'
import { useIsNarrow } from '@/ui/use-media'
import { Age } from './age'
import { Cell } from './cell'
import { objectPath } from './gvr'
import type { Table, TableRow } from './table'

const WIDTHS: Record<string, [min: number, grow: number]> = {
  name: [190, 3], age: [52, 0], status: [130, 1], ready: [70, 0], restarts: [104, 0], 'up-to-date': [80, 0], available: [76, 0],
  data: [52, 0], node: [100, 1], ip: [110, 0], message: [280, 4], reason: [130, 1], images: [240, 2], selector: [180, 1], version: [96, 0], roles: [96, 0],
}
const OTHER: [number, number] = [110, 1]
/** What says by itself what it is. */
const PLAIN: ReadonlySet<string> = new Set(['status', 'phase', 'reason', 'message'])
/** How much of a long name's end stays where its middle has no room: the part that tells one pod of a set from the next. */
const NAME_END_CHARS = 12

export interface ColumnsAsk {
  gvr: string
  table: Table
  showCluster: boolean
  showNamespace: boolean
}

/** The same array as long as the columns are the same: rows are drawn again with another. */
export function useColumns({ gvr, table, showCluster, showNamespace }: ColumnsAsk): readonly GridColumn<TableRow>[] {
  const { t } = useLingui()
  const isNarrow = useIsNarrow()
  const scope = useSearch({ strict: false, select: ({ c, n }) => defaultStringifySearch({ c, n }) })
  const titles = table.columns.join('\n')
  return useMemo(() => {
    const printed = titles.split('\n').map((title, at) => printedColumn({ title, at, isNarrow, addressOf: (row) => `${objectPath({ gvr, ...row })}${scope}` }))
    const where: GridColumn<TableRow>[] = [
      ...(showNamespace ? [{ id: 'namespace', title: t`Namespace`, min: 110, grow: 1, sort: 'namespace', cell: (row: TableRow) => <Inert text={row.namespace} className="text-ink-2" /> }] : []),
      ...(showCluster ? [{ id: 'cluster', title: t`Cluster`, min: 100, grow: 1, cell: (row: TableRow) => <Inert text={row.cluster} className="text-ink-2" /> }] : []),
    ]
    return [...printed.slice(0, 1), ...where, ...printed.slice(1)]
  }, [gvr, titles, scope, isNarrow, showCluster, showNamespace, t])
}

interface Printed {
  title: string
  at: number
  isNarrow: boolean
  addressOf: (row: TableRow) => string
}

function printedColumn({ title, at, isNarrow, addressOf }: Printed): GridColumn<TableRow> {
  const by = title.toLowerCase()
  const [min, grow] = WIDTHS[by] ?? OTHER
  const cell = (row: TableRow) => {
    if (by === 'name') return <NameLink to={addressOf(row)} name={row.name} isCut={isNarrow} />
    if (by === 'age' && row.createdAt !== null) return <Age at={row.createdAt} />
    return <Cell column={by} value={row.cells[at]} />
  }
  return { id: `${at} ${title}`, title: <Inert text={title} />, min, grow, sort: title, end: by === 'age', isPlain: PLAIN.has(by), cell }
}

/** No `Link` of the router: each looks at every change of the address. What a plain press does is the grid's. */
function NameLink({ to, name, isCut }: { to: string; name: string; isCut: boolean }) {
  const end = isCut ? Math.max(0, name.length - NAME_END_CHARS) : name.length
  return (
    <a href={to} tabIndex={-1} title={name} aria-label={isCut ? name : undefined} className={cx('font-medium text-ink hover:text-accent hover:underline', isCut && 'flex w-fit max-w-full')}>
      <Inert text={name.slice(0, end)} className={isCut ? 'truncate' : undefined} />
      {isCut && <Inert text={name.slice(end)} className="shrink-0" />}
    </a>
  )
}
