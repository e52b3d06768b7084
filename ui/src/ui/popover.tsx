// A popover on the browser's own, below its button: light dismiss and Escape come with it. Placed when it opens; it does
// not follow a scrolling page, because it closes with the next click anyway.
import { Fragment, useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { cx } from './cx'

interface PopoverProps {
  /** The button's content; the button is made here, so that it and the popover know each other. */
  button: ReactNode
  label: string
  className?: string
  children: (close: () => void) => ReactNode
}

const GAP_PX = 4

export function Popover({ button, label, className, children }: PopoverProps) {
  const id = useId()
  const anchor = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const [times, setTimes] = useState(0)
  useEffect(() => {
    // Asking where something stands makes the browser lay the page out: not before there is a reason to.
    if (!open || anchor.current === null || panel.current === null) return
    const [at, shown] = [anchor.current.getBoundingClientRect(), panel.current]
    const left = Math.max(8, Math.min(at.left, window.innerWidth - shown.offsetWidth - 8))
    const below = at.bottom + GAP_PX
    const top = below + shown.offsetHeight > window.innerHeight ? Math.max(8, at.top - GAP_PX - shown.offsetHeight) : below
    shown.style.left = `${left}px`
    shown.style.top = `${top}px`
  }, [open])
  const toggled = (isOpen: boolean) => {
    setOpen(isOpen)
    // Closed and opened in one go is told once, as opened: what is inside begins anew all the same, with its own first focus.
    if (isOpen) setTimes((before) => before + 1)
  }
  return (
    <>
      <button ref={anchor} type="button" popoverTarget={id} aria-label={label} title={label} aria-expanded={open} className={className}>
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        onToggle={(event) => toggled(event.newState === 'open')}
        className={cx('fixed inset-auto m-0 max-h-[70dvh] max-w-[calc(100vw-1rem)] min-w-56 overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-2xl')}
      >
        {open && <Fragment key={times}>{children(() => panel.current?.hidePopover())}</Fragment>}
      </div>
    </>
  )
}
