// Keeps the page at its end while parts come, unless the reader scrolled up: then something new waits below. It scrolls the
// window, because the window is what scrolls on every page.
import { useEffect, useRef, useState, type RefObject } from 'react'

const SLACK_PX = 80
/** A part may grow after it came, as a plan's card does when it is read. What grows because the reader opened it stays put. */
const SETTLES_MS = 8_000

const atEnd = (): boolean => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - SLACK_PX

/** A jump, whatever motion the reader prefers. */
const toEnd = (): void => window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })

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
    const touched = () => { until.current = 0 }
    const element = content.current
    window.addEventListener('scroll', scrolled, { passive: true })
    element?.addEventListener('pointerdown', touched)
    element?.addEventListener('keydown', touched)
    if (element !== null) grown.observe(element)
    return () => {
      element?.removeEventListener('pointerdown', touched)
      element?.removeEventListener('keydown', touched)
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
