// What a grid is told: its columns, and what may be done with a row. It knows nothing of what the rows are. Rows are drawn
// again when `columns` is another array: it has to be the same one as long as the columns are.
import type { ReactNode } from 'react'

export interface GridColumn<R> {
  id: string
  title: ReactNode
  /** Width in pixels below which the grid scrolls sideways instead. */
  min: number
  /** Share of the space that is left; 0 keeps the column at `min`. */
  grow: number
  end?: boolean
  /** Its values say by themselves what they are: where a row is stacked, no title stands before them. */
  isPlain?: boolean
  /** By what the caller orders when the heading is pressed; absent where it can't. */
  sort?: string
  cell: (row: R) => ReactNode
}

export interface GridOrder {
  by: string
  down: boolean
}

export interface GridRows<R> {
  /** Rows at hand, in order. */
  rows: readonly R[]
  /** All there are, as far as is known; more than `rows` while some are not read yet. */
  total: number
  /** Whether `total` is all there are. */
  isTotal: boolean
  idOf: (row: R) => string
  /** Rows up to this index are in sight. */
  onReach: (index: number) => void
}

export interface GridActs<R> {
  order: GridOrder | null
  onOrder: (by: string) => void
  selected: ReadonlySet<string>
  onSelect: (id: string) => void
  onOpen: (row: R) => void
  /** A key that the grid has no use for, on a row; true when it did something. */
  onKey: (key: string, row: R) => boolean
}

/** Columns that a stacked row has below its name: two lines hold no more. */
export const STACKED_MAX = 6

export const CHECK_PX = 36
export const GAP_PX = 12

/** The box, and everything else beside it. */
export const STACKED_TRACKS = { template: `${CHECK_PX}px minmax(0, 1fr)`, width: 0 }

/** The tracks of all rows, and the width they need. */
export function tracks<R>(columns: readonly GridColumn<R>[]): { template: string; width: number } {
  const each = columns.map(({ min, grow }) => (grow === 0 ? `${min}px` : `minmax(${min}px, ${grow}fr)`))
  const width = CHECK_PX + GAP_PX + columns.reduce((sum, { min }) => sum + min + GAP_PX, 0)
  return { template: `${CHECK_PX}px ${each.join(' ')}`, width }
}
