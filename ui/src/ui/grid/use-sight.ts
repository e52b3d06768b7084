// Which rows of a grid are in sight. All are of one height, so that nothing is kept or counted for each: of thirty thousand rows
// a filter's key costs no more than of thirty. It asks for another rendering only when other rows come into sight.
import { useLayoutEffect, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import type { Sight } from './sight'

/** Until the box was measured. */
const AT_FIRST: Sight = { first: 0, rows: 20 }

export function useSight(box: RefObject<HTMLDivElement | null>, rowPx: number, headPx: number): Sight {
  const [sight, setSight] = useState(AT_FIRST)
  useLayoutEffect(() => {
    const own = box.current
    if (own === null) return undefined
    const look = () => {
      const first = Math.floor(own.scrollTop / rowPx)
      const rows = Math.max(0, Math.ceil((own.scrollTop + own.clientHeight - headPx) / rowPx) - first)
      setSight((known) => (known.first === first && known.rows === rows ? known : { first, rows }))
    }
    look()
    // With the frame that scrolls: later, it would show a gap.
    const scrolled = () => flushSync(look)
    const resized = new ResizeObserver(look)
    own.addEventListener('scroll', scrolled, { passive: true })
    resized.observe(own)
    return () => {
      own.removeEventListener('scroll', scrolled)
      resized.disconnect()
    }
  }, [box, rowPx, headPx])
  return sight
}
