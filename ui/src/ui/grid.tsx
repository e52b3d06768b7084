// A grid of many rows: at most some dozens of them are in the document, whatever there is. Keyboard: arrows, Page keys, Home
// and End move, Enter opens, Space selects. Sorting and filtering are the host's; the grid only says what was asked for.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { cx } from './cx'
import { Icon } from './icon'

const ROW_PX = 34
const OVERSCAN_ROWS = 8

export interface Column<R> {
  id: string
  header: ReactNode
  /** A grid track: `8rem`, `minmax(6rem,1fr)`. */
  width: string
  cell: (row: R) => ReactNode
}

export interface GridProps<R> {
  label: string
  rows: readonly R[]
  columns: readonly Column<R>[]
  rowId: (row: R) => string
  /** How many rows there are, when more than are loaded. */
  total?: number
  sort?: { column: string; descending: boolean }
  onSort?: (column: string) => void
  selected?: ReadonlySet<string>
  onSelect?: (id: string) => void
  onOpen?: (row: R) => void
  /** The last loaded rows come into sight. */
  onEnd?: () => void
  /** Keys of the page's own on the current row: `l` logs, `y` YAML. */
  onKey?: (key: string, row: R) => void
}

export function DataGrid<R>(props: GridProps<R>) {
  const { label, rows, columns, rowId, total, selected, onSelect, onOpen, onEnd, onKey } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    getItemKey: (index) => { const row = rows[index]; return row === undefined ? index : rowId(row) },
    onChange: ({ range }) => { if (range !== null && range.endIndex >= rows.length - 1) onEnd?.() },
  })
  const at = Math.min(current, rows.length - 1)
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setCurrent(next)
    virtual.scrollToIndex(next)
  }
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX) / ROW_PX) - 2)
  const keyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const row = rows[at]
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), PageDown: () => go(at + page()), PageUp: () => go(at - page()),
      Home: () => go(0), End: () => go(rows.length - 1),
      Enter: () => row !== undefined && onOpen?.(row),
      ' ': () => row !== undefined && onSelect?.(rowId(row)),
    }
    const move = event.target === event.currentTarget ? moves[event.key] : undefined
    if (move !== undefined) {
      event.preventDefault()
      move()
    } else if (row !== undefined && event.key.length === 1) {
      onKey?.(event.key, row)
    }
  }
  const template = columns.map(({ width }) => width).join(' ')
  const id = (index: number) => `${label.replaceAll(/\W/g, '-')}-row-${index}`
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-multiselectable={onSelect ? true : undefined}
      aria-activedescendant={rows.length > 0 ? id(at) : undefined}
      onKeyDown={keyDown}
      className="group/grid relative h-[min(70dvh,48rem)] overflow-auto text-sm outline-offset-[-2px]"
    >
      <div className="min-w-fit">
        <Heads {...props} template={template} />
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            const isSelected = selected?.has(rowId(row))
            return (
              <div
                key={key}
                id={id(index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={onSelect ? isSelected === true : undefined}
                onClick={() => { setCurrent(index); onOpen?.(row) }}
                style={{ transform: `translateY(${start}px)`, height: ROW_PX, gridTemplateColumns: template }}
                className={cx('absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-4', isSelected ? 'bg-accent-soft' : 'hover:bg-hover', index === at && 'group-focus/grid:bg-hover group-focus/grid:shadow-[inset_4px_0_0_var(--accent)]', onOpen && 'cursor-pointer')}
              >
                {columns.map((column, columnIndex) => <div key={column.id} role="gridcell" aria-colindex={columnIndex + 1} className="truncate">{column.cell(row)}</div>)}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Heads<R>({ columns, sort, onSort, template }: GridProps<R> & { template: string }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-raised">
      <div role="row" aria-rowindex={1} className="grid h-8 items-center gap-x-4 px-4" style={{ gridTemplateColumns: template }}>
        {columns.map(({ id, header }, index) => {
          const sorted = sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : undefined
          return (
            <div key={id} role="columnheader" aria-colindex={index + 1} aria-sort={onSort ? (sorted ?? 'none') : undefined} className="truncate text-xs font-semibold text-ink-3">
              {onSort ? <button type="button" onClick={() => onSort(id)} className="inline-flex items-center gap-1 hover:text-ink">{header}{sorted && <span className={sorted === 'ascending' ? 'rotate-180' : ''}><Icon name="down" size={10} /></span>}</button> : header}
            </div>
          )
        })}
      </div>
    </div>
  )
}
