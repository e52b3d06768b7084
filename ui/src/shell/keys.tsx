// Keys that work everywhere: the prompt (⌘K, /), the list of keys (?), and `g` with a letter to go. Silent while one types.
import { useNavigate } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Dialog } from '@/ui/dialog'
import { PROMPT_ID } from './prompt'
import { SECTIONS } from './sections'

const GO_MS_MAX = 1_200

/** Asks where the key went at first: seen from the window, what is in an editor's shadow root is its box. */
const isTyping = ([target]: EventTarget[]): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const focusPrompt = (): void => document.getElementById(PROMPT_ID)?.focus()

export function Keys() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [shown, setShown] = useState(false)
  const goSince = useRef(0)
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) return
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      focusPrompt()
      return
    }
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || isTyping(event.composedPath()) || document.querySelector('dialog[open]')) return
    const section = SECTIONS.find(({ key }) => key === event.key)
    if (section !== undefined && Date.now() - goSince.current < GO_MS_MAX) {
      goSince.current = 0
      event.preventDefault()
      void navigate({ to: section.to, search: (before) => ({ c: before.c, n: before.n }) })
    } else if (event.key === 'g') {
      goSince.current = Date.now()
    } else if (event.key === '/') {
      event.preventDefault()
      focusPrompt()
    } else if (event.key === '?') {
      event.preventDefault()
      setShown(true)
    }
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
  return <Dialog open={shown} title={t`Keys`} onClose={() => setShown(false)}><KeyList /></Dialog>
}

/** The keys as a list; the help page shows the same. */
export function KeyList() {
  const { t, i18n } = useLingui()
  const rows: [string[], string][] = [
    [['⌘K', 'Ctrl K', '/'], t`Go to the prompt`],
    [['?'], t`Show the keys`],
    ...SECTIONS.map(({ key, name }): [string[], string] => [[`g ${key}`], t`Go to ${i18n._(name)}`]),
  ]
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2 text-sm">
      {rows.map(([names, does]) => (
        <div key={does} className="contents">
          <dt className="flex gap-1">{names.map((name) => <kbd key={name} className="rounded border border-line-strong bg-raised px-1.5 font-mono text-xs">{name}</kbd>)}</dt>
          <dd className="text-ink-2">{does}</dd>
        </div>
      ))}
    </dl>
  )
}
