// Filters and orders rows that are at hand, by the host's own rules (flow/src/resources/order.rs), so that a filter means the
// same whoever applies it: texts by their letters, numbers by value and before texts, the youngest first by age. Pure.
import type { GridOrder } from '@/ui/grid/types'
import type { TableRow } from './table'

export function parseSort(sort: string | undefined): GridOrder | null {
  if (sort === undefined) return null
  return sort.startsWith('-') ? { by: sort.slice(1), down: true } : { by: sort, down: false }
}

/** The order after its heading was pressed: up, down, none. */
export function nextSort(now: GridOrder | null, by: string): string | undefined {
  if (now === null || now.by.toLowerCase() !== by.toLowerCase()) return by
  return now.down ? undefined : `-${by}`
}

interface Narrowed {
  text: string
  rows: readonly TableRow[]
}

/** The last narrowing of each list: a filter that goes on looks only through what it left. */
const narrowed = new WeakMap<readonly TableRow[], Narrowed>()

export function filtered(rows: readonly TableRow[], q: string): readonly TableRow[] {
  const text = q.trim().toLowerCase()
  if (text === '') return rows
  const last = narrowed.get(rows)
  if (last?.text === text) return last.rows
  const within = last !== undefined && text.includes(last.text) ? last.rows : rows
  const fitting = within.filter((row) => row.text.includes(text))
  narrowed.set(rows, { text, rows: fitting })
  return fitting
}

type Key = number | string

/** Equal ones, and all where nothing was asked, stand by cluster, place and name. */
export function ordered(rows: readonly TableRow[], columns: readonly string[], order: GridOrder | null): readonly TableRow[] {
  if (order === null) return inPlace(rows)
  const key = keyBy(order.by.toLowerCase(), columns)
  const keyed = rows.map((row) => ({ row, key: key(row) }))
  keyed.sort((a, b) => compare(a.key, b.key) || byPlace(a.row, b.row))
  const sorted = keyed.map(({ row }) => row)
  return order.down ? sorted.reverse() : sorted
}

/** The host tells rows by their place: what stands so already is left as it is. */
function inPlace(rows: readonly TableRow[]): readonly TableRow[] {
  const isSo = rows.every((row, at) => { const before = rows[at - 1]; return before === undefined || byPlace(before, row) <= 0 })
  return isSo ? rows : [...rows].sort(byPlace)
}

function keyBy(by: string, columns: readonly string[]): (row: TableRow) => Key {
  if (by === 'age') return (row) => (row.createdAt === null ? 0 : -Date.parse(row.createdAt))
  const at = columns.findIndex((column) => column.toLowerCase() === by)
  if (at === -1) return by === 'cluster' ? (row) => row.cluster : (row) => row.namespace
  return (row) => cellKey(row.cells[at])
}

/** `10 (49s ago)` and `2/3` are numbers first. */
function cellKey(cell: unknown): Key {
  if (typeof cell === 'number') return cell
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell ?? '')
  const first = text.split(/[ /]/, 1)[0] ?? ''
  return first !== '' && Number.isFinite(Number(first)) ? Number(first) : text
}

function compare(a: Key, b: Key): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  return a < b ? -1 : a > b ? 1 : 0
}

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

const byPlace = (a: TableRow, b: TableRow): number =>
  byText(a.cluster, b.cluster) || byText(a.namespace, b.namespace) || byText(a.name, b.name)
