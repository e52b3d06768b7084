// Lines in a virtual list that stays at its end while one is there. Only those in sight are in the document.
import { useLingui } from '@lingui/react/macro'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { LogLine } from './lines'
import { LogRow } from './log-row'

const LINE_PX = 20
const OVERSCAN_LINES = 20
const AT_END_PX = 40

interface LogListProps {
  lines: readonly LogLine[]
  /** Lines that were let go before the first: keeps measured heights with their lines. */
  dropped: number
  showTime: boolean
  showPod: boolean
  wrap: boolean
  /** Goes along with new lines. */
  isAtEnd: boolean
  onAtEnd: (isAtEnd: boolean) => void
}

export function LogList({ lines, dropped, showTime, showPod, wrap, isAtEnd, onAtEnd }: LogListProps) {
  const { t } = useLingui()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => dropped + index,
    overscan: OVERSCAN_LINES,
  })
  const height = virtual.getTotalSize()
  useEffect(() => {
    if (isAtEnd && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [isAtEnd, lines, height])
  const look = () => {
    const at = box.current
    if (at !== null) onAtEnd(at.scrollHeight - at.scrollTop - at.clientHeight < AT_END_PX)
  }
  return (
    <div ref={box} role="log" aria-live="off" aria-label={t`Log`} tabIndex={0} onWheel={look} onTouchMove={look} onKeyUp={look} onScroll={look} className="h-full overflow-auto overscroll-contain py-1 font-mono text-xs leading-5 outline-offset-[-2px]">
      <div className="relative w-max min-w-full" style={{ height }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index]
          return line && (
            <div key={key} data-index={index} ref={wrap ? virtual.measureElement : undefined} className={wrap ? 'absolute top-0 left-0 w-full' : 'absolute top-0 left-0 min-w-full'} style={{ transform: `translateY(${start}px)` }}>
              <LogRow line={line} showTime={showTime} showPod={showPod} wrap={wrap} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
