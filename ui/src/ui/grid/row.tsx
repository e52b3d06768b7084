// One row of a grid, or the place of one that is not read yet.
import type { MouseEvent } from 'react'
import { cx } from '../cx'
import type { GridColumn } from './types'

interface RowProps<R> {
  index: number
  top: number
  row: R | undefined
  columns: readonly GridColumn<R>[]
  template: string
  isActive: boolean
  isSelected: boolean
  selectLabel: string
  onActivate: () => void
  onSelect: (() => void) | undefined
  onOpen: (() => void) | undefined
}

export function GridRow<R>({ index, top, row, columns, template, isActive, isSelected, selectLabel, onActivate, onSelect, onOpen }: RowProps<R>) {
  const isControl = (event: MouseEvent) => event.target instanceof HTMLElement && event.target.closest('a, button, label') !== null
  const surface = isSelected ? 'bg-accent-soft' : 'bg-surface group-hover:bg-hover'
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      onFocus={onActivate}
      onClick={(event) => { if (!isControl(event)) onOpen?.() }}
      className={cx('group absolute top-0 left-0 grid h-[34px] w-full cursor-default items-center gap-x-3 border-b pr-3 border-line text-sm outline-none focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0 focus-visible:after:z-2 focus-visible:after:border-2 focus-visible:after:border-accent', surface)}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colindex={1} className={cx('sticky left-0 flex h-full items-center justify-center', surface)}>
        {onSelect && (
          <label className="flex size-8 items-center justify-center">
            <input type="checkbox" tabIndex={-1} checked={isSelected} onChange={onSelect} aria-label={selectLabel} className="size-3.5 accent-[var(--accent-fill)]" />
          </label>
        )}
      </div>
      {columns.map((column, at) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={at + 2}
          className={cx('flex h-full min-w-0 items-center', column.end && 'justify-end tabular-nums', at === 0 && cx('sm:sticky sm:left-9', surface))}
        >
          {row === undefined ? <span aria-hidden="true" className="h-3 w-2/3 animate-pulse rounded bg-hover" /> : <span className="truncate">{column.cell(row)}</span>}
        </div>
      ))}
    </div>
  )
}
