// Keys of a grid's page while nothing has the keyboard: `/` goes to the filter, `j`, `k` and arrows into the rows. It listens
// before the shell does, whose `/` is the prompt; ⌘K stays the prompt's everywhere.
import { useEffect, useEffectEvent } from 'react'
import { FILTER_ID } from './filter-bar'

export const focusFilter = (): void => {
  const field = document.getElementById(FILTER_ID)
  if (field instanceof HTMLInputElement) field.select()
  field?.focus()
}

export const focusRows = (): void => document.querySelector<HTMLElement>('[role=grid] [role=row][tabindex="0"]')?.focus()

const isFree = (target: EventTarget | null): boolean => target === document.body || (target instanceof HTMLElement && target.id === 'main')

export function useGridKeys(): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || !isFree(event.target) || document.querySelector('dialog[open]') !== null) return
    const act = event.key === '/' ? focusFilter : ['j', 'k', 'ArrowDown', 'ArrowUp'].includes(event.key) ? focusRows : null
    if (act === null) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener, { capture: true })
    return () => window.removeEventListener('keydown', listener, { capture: true })
  }, [])
}
