// Keys that work everywhere: the prompt (⌘K, /), the list of keys (?), and `g` with a letter to go. Silent while one types.
import { useNavigate } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Dialog } from '@/ui/dialog'
import { KeyList } from './key-list'
import { onShowKeys } from './keys-shown'
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
  useEffect(() => onShowKeys(() => setShown(true)), [])
  return <Dialog open={shown} title={t`Keys`} onClose={() => setShown(false)}><KeyList /></Dialog>
}
