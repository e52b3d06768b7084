// One row of a grid, or the place of one that is not read yet. It is drawn again only when something of its own changes, its
// cells only with the row itself: a filter moves rows about and draws those that came. It hears nothing: the grid does.
import { memo, type ReactNode } from 'react'
import { cx } from '../cx'
import type { GridColumn } from './types'

interface CellsProps<R> {
  row: R | undefined
  columns: readonly GridColumn<R>[]
  surface: string
}

interface RowProps<R> extends Omit<CellsProps<R>, 'surface'> {
  index: number
  top: number
  isActive: boolean
  isSelected: boolean
  selectLabel: string
}

const FOCUS = 'outline-none focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0 focus-visible:after:z-2 focus-visible:after:border-2 focus-visible:after:border-accent'

/** The press of a box rises to the grid, which knows the row. */
const heardByGrid = (): void => undefined

function Row<R>({ index, top, row, columns, isActive, isSelected, selectLabel }: RowProps<R>) {
  const surface = isSelected ? 'bg-accent-soft' : 'bg-surface group-hover:bg-hover'
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      className={cx('group absolute top-0 left-0 grid h-[34px] w-full cursor-default grid-cols-(--tracks) items-center gap-x-3 border-b pr-3 border-line text-sm contain-strict', FOCUS, surface)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colindex={1} className={cx('sticky left-0 flex h-full items-center justify-center', surface)}>
        {row !== undefined && (
          <label className="flex size-8 items-center justify-center">
            <input type="checkbox" tabIndex={-1} checked={isSelected} onChange={heardByGrid} aria-label={selectLabel} className="size-3.5 accent-[var(--accent-fill)]" />
          </label>
        )}
      </div>
      <GridCells row={row} columns={columns} surface={surface} />
    </div>
  )
}

const CellsOf = <R,>({ row, columns, surface }: CellsProps<R>): ReactNode => columns.map((column, at) => (
  <div
    key={column.id}
    role="gridcell"
    aria-colindex={at + 2}
    className={cx('h-full min-w-0 truncate leading-[33px]', column.end && 'text-right tabular-nums', at === 0 && cx('sm:sticky sm:left-9', surface))}
  >
    {row === undefined ? <span aria-hidden="true" className="inline-block h-3 w-2/3 animate-pulse rounded bg-hover align-middle" /> : column.cell(row)}
  </div>
))

const GridCells = memo(CellsOf) as unknown as typeof CellsOf
export const GridRow = memo(Row) as typeof Row
