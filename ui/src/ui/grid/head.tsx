// The headings of a grid. Pressing one orders by it; pressing it again turns the order round. It orders nothing itself.
import { Icon } from '../icon'
import { cx } from '../cx'
import type { GridColumn, GridOrder } from './types'

interface HeadProps<R> {
  columns: readonly GridColumn<R>[]
  /** Rows are stacked, so the headings stand above no column: they are one line, which scrolls by itself. */
  isStacked: boolean
  order: GridOrder | null
  onOrder: (by: string) => void
}

const LINE = 'flex overflow-x-auto pl-3'
const ABOVE_COLUMNS = 'grid grid-cols-(--tracks)'

export function Head<R>({ columns, isStacked, order, onOrder }: HeadProps<R>) {
  return (
    <div role="row" aria-rowindex={1} className={cx('sticky top-0 z-2 h-9 items-center gap-x-3 border-b pr-3 border-line bg-raised text-xs font-semibold text-ink-2 pointer-coarse:h-11', isStacked ? LINE : ABOVE_COLUMNS)}>
      <span role="columnheader" aria-colindex={1} className={cx('h-full bg-raised', !isStacked && 'sticky left-0')}><span className="sr-only">✓</span></span>
      {columns.map((column, index) => {
        const isBy = order !== null && column.sort !== undefined && order.by.toLowerCase() === column.sort.toLowerCase()
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={index + 2}
            aria-sort={isBy ? (order.down ? 'descending' : 'ascending') : undefined}
            className={cx('flex h-full items-center', isStacked ? 'shrink-0' : 'min-w-0', column.end && 'justify-end', index === 0 && 'sm:sticky sm:left-9 sm:bg-raised')}
          >
            <Heading column={column} isBy={isBy} down={order?.down === true} onOrder={onOrder} />
          </div>
        )
      })}
    </div>
  )
}

interface HeadingProps<R> {
  column: GridColumn<R>
  isBy: boolean
  down: boolean
  onOrder: (by: string) => void
}

function Heading<R>({ column, isBy, down, onOrder }: HeadingProps<R>) {
  const by = column.sort
  if (by === undefined) return <span className="truncate" title={typeof column.title === 'string' ? column.title : undefined}>{column.title}</span>
  return (
    <button type="button" onClick={() => onOrder(by)} className={cx('flex h-full min-w-0 items-center gap-1 hover:text-ink pointer-coarse:min-w-11', isBy && 'text-ink')}>
      <span className="truncate" title={typeof column.title === 'string' ? column.title : undefined}>{column.title}</span>
      {isBy && <span className={cx('inline-flex', !down && 'rotate-180')}><Icon name="down" size={12} /></span>}
    </button>
  )
}
