// Short words about what just happened, in one polite live region. For what needs no answer; whatever does is on its page.
import { useLingui } from '@lingui/react/macro'
import { useSyncExternalStore } from 'react'
import { IconButton } from '@/ui/button'
import { Inert } from '@/ui/inert'
import { cx } from '@/ui/cx'
import { sentence } from '@/ui/sentence'

export interface Toast {
  tone: 'plain' | 'ok' | 'bad'
  text: string
  hint?: string
}

const SHOWN_MS = 8_000
const SHOWN_MAX = 3

let shown: readonly (Toast & { id: number })[] = []
let nextId = 0
const watchers = new Set<() => void>()

function set(next: typeof shown): void {
  shown = next
  for (const watcher of watchers) watcher()
}

const drop = (id: number): void => set(shown.filter((each) => each.id !== id))

export function toast(said: Toast): void {
  const id = nextId++
  set([...shown, { ...said, id }].slice(-SHOWN_MAX))
  setTimeout(() => drop(id), SHOWN_MS)
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

const EDGES = { plain: 'border-l-line-strong', ok: 'border-l-ok', bad: 'border-l-bad' } as const

export function Toasts() {
  const { t } = useLingui()
  const toasts = useSyncExternalStore(watch, () => shown)
  return (
    <div aria-live="polite" className="pointer-events-none fixed right-4 bottom-16 z-40 grid w-[min(24rem,calc(100vw-2rem))] gap-2 md:bottom-4">
      {toasts.map(({ id, tone, text, hint }) => (
        <div key={id} className={cx('pointer-events-auto flex items-start justify-between gap-2 rounded-md border border-l-4 border-line bg-raised py-2 pr-1 pl-3 text-sm shadow-xl', EDGES[tone])}>
          <div className="min-w-0 py-1">
            <Inert text={sentence(text)} />
            {hint && <p className="mt-0.5 text-xs text-ink-2"><Inert text={sentence(hint)} /></p>}
          </div>
          <IconButton icon="cross" label={t`Dismiss`} onClick={() => drop(id)} />
        </div>
      ))}
    </div>
  )
}
