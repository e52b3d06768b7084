// Keeps the page at its end while parts come, unless the reader scrolled up: then something new waits below. It scrolls the
// window, because the window is what scrolls on every page.
import { useEffect, useRef, useState, type RefObject } from 'react'

const SLACK_PX = 80
/** A part may grow after it came, as a plan's card does when it is read. */
const SETTLES_MS = 2_000

const atEnd = (): boolean => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - SLACK_PX

/** Whether the reader prefers that nothing moves is the style sheet's to know; a jump is not a motion. */
export const toEnd = (): void => window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })

interface End {
  /** Something came below what is seen. */
  below: boolean
  goDown: () => void
}

/** `count` grows with every part; `jump` changes when the reader wants to be at the end, whatever they saw before. */
export function useEnd(content: RefObject<HTMLElement | null>, count: number, jump: string | null): End {
  const [below, setBelow] = useState(false)
  const stick = useRef(false)
  const until = useRef(0)
  useEffect(() => {
    const scrolled = () => {
      stick.current = atEnd()
      if (stick.current) setBelow(false)
    }
    const grown = new ResizeObserver(() => { if (stick.current && Date.now() < until.current) toEnd() })
    window.addEventListener('scroll', scrolled, { passive: true })
    if (content.current !== null) grown.observe(content.current)
    return () => {
      window.removeEventListener('scroll', scrolled)
      grown.disconnect()
    }
  }, [content])
  useEffect(() => {
    until.current = Date.now() + SETTLES_MS
    if (stick.current) toEnd()
    else if (count > 0 && !atEnd()) setBelow(true)
  }, [count])
  useEffect(() => {
    if (jump === null) return
    stick.current = true
    setBelow(false)
    until.current = Date.now() + SETTLES_MS
    toEnd()
  }, [jump])
  const goDown = () => {
    stick.current = true
    setBelow(false)
    toEnd()
  }
  return { below, goDown }
}
