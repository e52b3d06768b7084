// The columns of a grid of objects: where they are, then what the cluster prints. The name is a link, so that it opens in a
// tab of its own where one asks for that.
import { Link } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import type { GridColumn } from '@/ui/grid/types'
import { useIsNarrow } from '@/ui/use-media'
import { Age } from './age'
import { Cell } from './cell'
import type { Table, TableRow } from './table'

const WIDTHS: Record<string, [min: number, grow: number]> = {
  name: [190, 3], age: [52, 0], status: [130, 1], ready: [70, 0], restarts: [104, 0], 'up-to-date': [80, 0], available: [76, 0],
  data: [52, 0], node: [100, 1], ip: [110, 0], message: [280, 4], reason: [130, 1], images: [240, 2], selector: [180, 1], version: [96, 0], roles: [96, 0],
}
const OTHER: [number, number] = [110, 1]
/** On a phone the name gives way, so that what follows it is seen. */
const NAME_NARROW: [number, number] = [144, 2]

export interface ColumnsAsk {
  gvr: string
  table: Table
  showCluster: boolean
  showNamespace: boolean
}

export function useColumns({ gvr, table, showCluster, showNamespace }: ColumnsAsk): GridColumn<TableRow>[] {
  const { t } = useLingui()
  const isNarrow = useIsNarrow()
  const printed = table.columns.map((title, at): GridColumn<TableRow> => {
    const by = title.toLowerCase()
    const [min, grow] = isNarrow && by === 'name' ? NAME_NARROW : (WIDTHS[by] ?? OTHER)
    return { id: `${at} ${title}`, title: <Inert text={title} />, min, grow, sort: title, end: by === 'age', cell: (row) => cellOf(gvr, by, row, row.cells[at]) }
  })
  const where: GridColumn<TableRow>[] = [
    ...(showNamespace ? [{ id: 'namespace', title: t`Namespace`, min: 110, grow: 1, sort: 'namespace', cell: (row: TableRow) => <Inert text={row.namespace} className="text-ink-2" /> }] : []),
    ...(showCluster ? [{ id: 'cluster', title: t`Cluster`, min: 100, grow: 1, cell: (row: TableRow) => <Inert text={row.cluster} className="text-ink-2" /> }] : []),
  ]
  return [...printed.slice(0, 1), ...where, ...printed.slice(1)]
}

function cellOf(gvr: string, column: string, row: TableRow, value: unknown) {
  if (column === 'name') return <NameLink gvr={gvr} row={row} />
  if (column === 'age' && row.createdAt !== null) return <Age at={row.createdAt} />
  return <Cell column={column} value={value} />
}

function NameLink({ gvr, row }: { gvr: string; row: TableRow }) {
  return (
    <Link
      to="/r/$gvr/$cluster/$namespace/$name"
      params={{ gvr, cluster: row.cluster, namespace: row.namespace, name: row.name }}
      search={(before) => ({ c: before.c, n: before.n })}
      preload={false}
      tabIndex={-1}
      title={row.name}
      className="font-medium text-ink hover:text-accent hover:underline"
    >
      <Inert text={row.name} />
    </Link>
  )
}
