// One row of a grid, or the place of one that is not read yet. It is drawn again only when something of its own changes, its
// cells only when it shows another row (slots.ts) or its row changed. It hears nothing: the grid does. On a phone it is stacked:
// the first column above, the next ones with their titles on two lines below it.
import { memo, type ReactNode } from 'react'
import { cx } from '../cx'
import { STACKED_MAX, type GridColumn } from './types'

interface CellsProps<R> {
  row: R | undefined
  columns: readonly GridColumn<R>[]
  surface: string
  isStacked: boolean
}

interface RowProps<R> extends Omit<CellsProps<R>, 'surface'> {
  index: number
  top: number
  height: number
  isActive: boolean
  isSelected: boolean
  selectLabel: string
}

const FOCUS = 'outline-none focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0 focus-visible:after:z-2 focus-visible:after:border-2 focus-visible:after:border-accent'

/** The press of a box rises to the grid, which knows the row. */
const heardByGrid = (): void => undefined

function Row<R>({ index, top, height, row, columns, isStacked, isActive, isSelected, selectLabel }: RowProps<R>) {
  const surface = isSelected ? 'bg-accent-soft' : 'bg-surface group-hover:bg-hover'
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      className={cx('group absolute top-0 left-0 grid w-full cursor-default grid-cols-(--tracks) items-center gap-x-3 border-b pr-3 border-line text-sm contain-strict', FOCUS, surface)}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colindex={1} className={cx('sticky left-0 flex h-full items-center justify-center', surface)}>
        {row !== undefined && (
          <label className="flex size-8 items-center justify-center">
            <input type="checkbox" tabIndex={-1} checked={isSelected} onChange={heardByGrid} aria-label={selectLabel} className="size-3.5 accent-[var(--accent-fill)]" />
          </label>
        )}
      </div>
      <GridCells row={row} columns={columns} surface={surface} isStacked={isStacked} />
    </div>
  )
}

const place = <span aria-hidden="true" className="inline-block h-3 w-2/3 animate-pulse rounded bg-hover align-middle" />

/** Cells that stand one below the other. The columns that have no room are not made; those that are keep their number. */
function StackedCells<R>({ row, columns }: Pick<CellsProps<R>, 'row' | 'columns'>) {
  const [first, ...others] = columns
  return (
    <div role="presentation" className="min-w-0">
      {first && <div role="gridcell" aria-colindex={2} className="truncate text-sm leading-5">{row === undefined ? place : first.cell(row)}</div>}
      <div role="presentation" className="flex max-h-9 flex-wrap gap-x-3 overflow-hidden text-xs leading-4.5">
        {row !== undefined && others.slice(0, STACKED_MAX).map((column, at) => (
          <div key={column.id} role="gridcell" aria-colindex={at + 3} className="flex min-w-0 max-w-full items-baseline gap-1 whitespace-nowrap">
            {column.isPlain !== true && <span aria-hidden="true" className="text-ink-3">{column.title}</span>}
            {column.cell(row)}
          </div>
        ))}
      </div>
    </div>
  )
}

const CellsOf = <R,>({ row, columns, surface, isStacked }: CellsProps<R>): ReactNode => isStacked ? <StackedCells row={row} columns={columns} /> : columns.map((column, at) => (
  <div
    key={column.id}
    role="gridcell"
    aria-colindex={at + 2}
    className={cx('h-full min-w-0 truncate content-center', column.end && 'text-right tabular-nums', at === 0 && cx('sm:sticky sm:left-9', surface))}
  >
    {row === undefined ? place : column.cell(row)}
  </div>
))

const GridCells = memo(CellsOf) as unknown as typeof CellsOf
export const GridRow = memo(Row) as typeof Row
