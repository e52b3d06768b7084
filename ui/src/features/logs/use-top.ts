// Where a box begins on its page, as its `--top`, in pixels: it can be as high as the rest of the screen, whatever stands above
// it. It is looked at again when the page changes its size, because a note may come or go above.
import { useLayoutEffect, type RefObject } from 'react'

export function useTop(box: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const own = box.current
    if (own === null) return undefined
    // A screen that was scrolled doesn't change where on the page it is.
    const look = () => own.style.setProperty('--top', `${Math.round(own.getBoundingClientRect().top + window.scrollY)}px`)
    look()
    const resized = new ResizeObserver(look)
    resized.observe(document.body)
    return () => resized.disconnect()
  }, [box])
}
