// Tabs whose state is the caller's, usually the URL's. Arrow keys move and choose; only the chosen panel is made. Where not all
// fit, the chosen one is in sight, also after the screen was turned, and an edge behind which there are more fades.
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { cx } from './cx'

export interface Tab<T extends string> {
  value: T
  label: ReactNode
}

interface TabsProps<T extends string> {
  label: string
  tabs: readonly Tab<T>[]
  value: T
  onChange: (value: T) => void
  children: ReactNode
}

const MORE = {
  none: '',
  before: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem)]',
  after: '[mask-image:linear-gradient(to_left,transparent,black_2.5rem)]',
  both: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem,black_calc(100%-2.5rem),transparent)]',
} as const

type More = keyof typeof MORE

/** On which sides of a box that scrolls there is more. A pixel is no more: browsers round. */
export function moreOf({ scrollLeft, scrollWidth, clientWidth }: Pick<HTMLElement, 'scrollLeft' | 'scrollWidth' | 'clientWidth'>): More {
  const before = scrollLeft > 1
  const after = scrollLeft + clientWidth < scrollWidth - 1
  if (before) return after ? 'both' : 'before'
  return after ? 'after' : 'none'
}

/** By hand: to scroll it into view would move the page as well. */
function showChosen(list: HTMLElement): void {
  const chosen = list.querySelector('[aria-selected=true]')?.getBoundingClientRect()
  if (chosen === undefined) return
  const own = list.getBoundingClientRect()
  list.scrollLeft += chosen.left - own.left - (own.width - chosen.width) / 2
}

function useInSight(list: RefObject<HTMLElement | null>, value: string): More {
  const [more, setMore] = useState<More>('none')
  useLayoutEffect(() => { if (list.current !== null) showChosen(list.current) }, [list, value])
  useEffect(() => {
    const box = list.current
    if (box === null) return undefined
    const look = () => setMore(moreOf(box))
    const resized = new ResizeObserver(() => {
      showChosen(box)
      look()
    })
    resized.observe(box)
    box.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      box.removeEventListener('scroll', look)
    }
  }, [list])
  return more
}

export function Tabs<T extends string>({ label, tabs, value, onChange, children }: TabsProps<T>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const more = useInSight(list, value)
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const at = tabs.findIndex((tab) => tab.value === value)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onChange(next.value)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus()
  }
  return (
    <>
      <div className="border-b border-line">
        <div ref={list} role="tablist" aria-label={label} data-more={more} onKeyDown={move} className={cx('-mb-px flex gap-1 overflow-x-auto [scrollbar-width:thin]', MORE[more])}>
          {tabs.map((tab) => (
            <button
              key={tab.value}
              type="button"
              role="tab"
              data-tab={tab.value}
              id={`${id}-${tab.value}`}
              aria-selected={tab.value === value}
              aria-controls={`${id}-panel`}
              tabIndex={tab.value === value ? 0 : -1}
              onClick={() => onChange(tab.value)}
              className={cx('border-b-2 px-3 py-2 text-sm whitespace-nowrap outline-offset-[-2px]', tab.value === value ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink forced-colors:border-b-0 forced-colors:pb-2.5')}
            >
              {tab.label}
            </button>
          ))}
        </div>
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>{children}</div>
    </>
  )
}
