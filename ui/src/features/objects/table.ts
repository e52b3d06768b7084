// Rows of several sources as one table: columns by their titles, each row with its cluster. Pure.
import type { Row } from '@/stream/events'
import { NO_NAMESPACE, rowId } from './gvr'

export interface TableRow {
  id: string
  cluster: string
  namespace: string
  name: string
  createdAt: string | null
  /** One a column of the table, in its order. */
  cells: readonly unknown[]
  /** What a filter looks into, in small letters. Made with the row: a first key would make it for tens of thousands at once. */
  text: string
}

export interface TablePart {
  cluster: string
  columns: readonly string[]
  rows: readonly Row[]
}

export interface Table {
  columns: readonly string[]
  rows: readonly TableRow[]
}

/** A row of a source becomes the same row of the table each time, as long as the columns stay. */
const made = new WeakMap<Row, { key: string; row: TableRow }>()

export function tableOf(parts: readonly TablePart[]): Table {
  const columns = [...new Set(parts.flatMap((part) => part.columns))]
  const rows = parts.flatMap((part) => {
    const isSame = part.columns.length === columns.length && part.columns.every((title, at) => title === columns[at])
    const places = isSame ? null : columns.map((title) => part.columns.indexOf(title))
    const key = `${part.cluster}\n${columns.join('\n')}\n${part.columns.join('\n')}`
    return part.rows.map((row) => {
      const known = made.get(row)
      if (known?.key === key) return known.row
      const fresh = toRow(part.cluster, row, places)
      made.set(row, { key, row: fresh })
      return fresh
    })
  })
  return { columns, rows }
}

function toRow(cluster: string, row: Row, places: readonly number[] | null): TableRow {
  const namespace = row.namespace === '' ? NO_NAMESPACE : row.namespace
  return {
    id: rowId({ cluster, namespace, name: row.name }),
    cluster, namespace, name: row.name, createdAt: row.created_at,
    text: textOf(namespace, row.name, row.cells),
    cells: places === null ? row.cells : places.map((at) => (at === -1 ? '' : row.cells[at])),
  }
}

export const textOf = (namespace: string, name: string, cells: readonly unknown[]): string =>
  [namespace, name, ...cells.filter((cell) => typeof cell === 'string')].join('\n').toLowerCase()
