// A grid of any length with at most ROWS_IN_DOM_MAX rows in the document. One row takes the keyboard at a time (roving
// focus); it stays in the document when it is scrolled away, so that focus is never lost. It reads, filters and orders
// nothing: that is the caller's. Presses are heard here, for all rows, so that a row has nothing that changes with the page.
import { useLingui } from '@lingui/react/macro'
import { useEffect, useLayoutEffect, useRef, type ChangeEvent, type CSSProperties, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useIsCoarse, useIsNarrow } from '../use-media'
import { Head } from './head'
import { moved } from './move'
import { GridRow } from './row'
import { COARSE_PX, HEAD_PX, ROW_PX, ROW_STACKED_PX, lastSeen, rowsToMake, scrollFor } from './sight'
import { slotsOf } from './slots'
import { STACKED_TRACKS, tracks, type GridActs, type GridColumn, type GridRows } from './types'
import { useActive } from './use-active'
import { useSight } from './use-sight'

interface DataGridProps<R> extends GridRows<R>, GridActs<R> {
  label: string
  columns: readonly GridColumn<R>[]
}

export function DataGrid<R>({ label, columns, rows, total, isTotal, idOf, onReach, ...acts }: DataGridProps<R>) {
  const { t } = useLingui()
  const box = useRef<HTMLDivElement>(null)
  const follow = useRef(false)
  const isStacked = useIsNarrow()
  const isCoarse = useIsCoarse()
  const rowPx = isStacked ? ROW_STACKED_PX : isCoarse ? COARSE_PX : ROW_PX
  const headPx = isCoarse ? COARSE_PX : HEAD_PX
  const { index: active, id: activeId, activate } = useActive(rows, total, idOf)
  const sight = useSight(box, rowPx, headPx)
  const last = lastSeen(sight, total)
  const items = rowsToMake(sight, total, active).map((index) => {
    const row = rows[index]
    return { index, row, id: row === undefined ? `#${index}` : idOf(row) }
  })
  const slots = useSlots(items.map(({ id }) => id), activeId)
  useEffect(() => onReach(last), [last, onReach])
  useEffect(() => {
    if (!follow.current) return
    follow.current = false
    box.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true })
  }, [active])

  const go = (to: number) => {
    follow.current = true
    activate(to)
    if (box.current !== null) box.current.scrollTop = scrollFor(to, { rowPx, headPx, top: box.current.scrollTop, height: box.current.clientHeight })
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
    // The first time also the row that is there already: from then on the keyboard stays with it wherever it goes.
    if (index !== null && (index !== active || activeId === null)) activate(index)
  }
  const { template, width } = isStacked ? STACKED_TRACKS : tracks(columns)
  const selectLabel = t`Select this row`
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
      <div role="rowgroup" className="relative" style={{ height: total * rowPx, minWidth: width }}>
        {items.map(({ index, row, id }) => (
          <GridRow
            key={slots.get(id)}
            index={index}
            top={index * rowPx}
            height={rowPx}
            row={row}
            columns={columns}
            isStacked={isStacked}
            isActive={index === active}
            isSelected={row !== undefined && acts.selected.has(id)}
            selectLabel={selectLabel}
          />
        ))}
      </div>
    </div>
  )
}

/** By row the number of its element, from one rendering to the next. */
function useSlots(ids: readonly string[], held: string | null): ReadonlyMap<string, number> {
  const shown = useRef<ReadonlyMap<string, number>>(new Map())
  const slots = slotsOf(ids, shown.current, held)
  useLayoutEffect(() => { shown.current = slots })
  return slots
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
