// A grid of any length with at most ROWS_IN_DOM_MAX rows in the document. One row takes the keyboard at a time (roving
// focus); it stays in the document when it is scrolled away, so that focus is never lost. It reads, filters and orders
// nothing: that is the caller's. Presses are heard here, for all rows, so that a row has nothing that changes with the page.
import { useLingui } from '@lingui/react/macro'
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, type ChangeEvent, type CSSProperties, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useIsCoarse, useIsNarrow } from '../use-media'
import { Head } from './head'
import { moved } from './move'
import { GridRow } from './row'
import { STACKED_TRACKS, tracks, type GridActs, type GridColumn, type GridRows } from './types'
import { useActive } from './use-active'

export const ROWS_IN_DOM_MAX = 100
const ROW_PX = 34
/** Under a finger. */
const ROW_COARSE_PX = 44
/** A name, and two lines of what is known of it. */
const ROW_STACKED_PX = 68
const OVERSCAN_ROWS = 8

interface DataGridProps<R> extends GridRows<R>, GridActs<R> {
  label: string
  columns: readonly GridColumn<R>[]
}

export function DataGrid<R>({ label, columns, rows, total, isTotal, idOf, onReach, ...acts }: DataGridProps<R>) {
  const { t } = useLingui()
  const box = useRef<HTMLDivElement>(null)
  const follow = useRef(false)
  const { index: active, activate } = useActive(rows, total, idOf)
  const isStacked = useIsNarrow()
  const isCoarse = useIsCoarse()
  const rowPx = isStacked ? ROW_STACKED_PX : isCoarse ? ROW_COARSE_PX : ROW_PX
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN_ROWS,
    rangeExtractor: (range) => inSight(range, active),
    initialRect: { width: 800, height: 20 * ROW_PX },
  })
  const placedAt = useRef(rowPx)
  useLayoutEffect(() => {
    // Once the screen was turned: what stands where is known for rows of the other height.
    if (placedAt.current === rowPx) return
    placedAt.current = rowPx
    virtual.measure()
  }, [virtual, rowPx])
  const items = virtual.getVirtualItems()
  const last = virtual.range?.endIndex ?? 0
  useEffect(() => onReach(last), [last, onReach])
  useEffect(() => {
    if (!follow.current) return
    follow.current = false
    box.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true })
  }, [active])

  const go = (to: number) => {
    follow.current = true
    activate(to)
    virtual.scrollToIndex(to)
    // The same row again takes focus at once: no effect will run for it.
    if (to === active) box.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus({ preventScroll: true })
  }
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isOwnControl(event.target)) return
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? rowPx) / rowPx) - 2)
    const to = moved(event.key, { at: active, count: total, page })
    const row = rows[active]
    const done = to !== null ? (go(to), true) : row !== undefined && act(event.key, row)
    if (!done) return
    event.preventDefault()
    event.stopPropagation()
  }
  const act = (key: string, row: R): boolean => {
    if (key === 'Enter') acts.onOpen(row)
    else if (key === ' ') acts.onSelect(idOf(row))
    else return acts.onKey(key, row)
    return true
  }
  const select = ({ target }: ChangeEvent<HTMLDivElement>) => {
    const row = rows[indexOf(target) ?? -1]
    if (row !== undefined) acts.onSelect(idOf(row))
  }
  const click = (event: MouseEvent<HTMLDivElement>) => {
    const row = rows[indexOf(event.target) ?? -1]
    if (row === undefined || !isForRow(event)) return
    event.preventDefault()
    acts.onOpen(row)
  }
  const focus = ({ target }: FocusEvent<HTMLDivElement>) => {
    const index = indexOf(target)
    if (index !== null && index !== active) activate(index)
  }
  const { template, width } = isStacked ? STACKED_TRACKS : tracks(columns)
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={isTotal ? total + 1 : -1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      onKeyDown={press}
      onClick={click}
      onChange={select}
      onFocus={focus}
      className="relative h-full overflow-auto overscroll-contain [scroll-padding-top:2.25rem] pointer-coarse:[scroll-padding-top:2.75rem]"
      style={{ '--tracks': template } as CSSProperties}
    >
      <div role="rowgroup" className="sticky top-0 z-2" style={{ minWidth: width }}>
        <Head columns={columns} isStacked={isStacked} order={acts.order} onOrder={acts.onOrder} />
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth: width }}>
        {items.map(({ index, start }) => {
          const row = rows[index]
          const id = row === undefined ? undefined : idOf(row)
          return (
            <GridRow
              key={id ?? `#${index}`}
              index={index}
              top={start}
              height={rowPx}
              row={row}
              columns={columns}
              isStacked={isStacked}
              isActive={index === active}
              isSelected={id !== undefined && acts.selected.has(id)}
              selectLabel={t`Select this row`}
            />
          )
        })}
      </div>
    </div>
  )
}

/** The rows to make: those in sight, the keyboard's, and never more than the limit. */
function inSight(range: Range, active: number): number[] {
  const seen = defaultRangeExtractor(range).slice(0, ROWS_IN_DOM_MAX - 1)
  return active < range.count && !seen.includes(active) ? [...seen, active].sort((a, b) => a - b) : seen
}

const isOwnControl = (target: EventTarget): boolean => target instanceof HTMLElement && target.closest('button, input, a') !== null

/** Which row something in the grid belongs to. */
function indexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row === null ? null : Number(row.dataset.index)
}

/** A link in a row is the row's own address: a plain press opens the row, any other is the browser's. */
function isForRow({ target, button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  const own = target instanceof Element ? target.closest('a, button, label') : null
  return own === null || (own.localName === 'a' && button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey)
}
