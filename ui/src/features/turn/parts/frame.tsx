// The frame of an answer in the transcript: what it is, and a button that opens it beside. In the panel there is no frame.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { IconButton } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Partial } from '@/ui/states/states'
import type { Unseen } from '../answer'
import { placeText } from '../place'
import { useTalk } from '../talk'
import type { View } from './view'

export function Frame({ title, view, children }: { title: ReactNode; view: View; children: ReactNode }) {
  const { t } = useLingui()
  const { open, show } = useTalk()
  if (!view.brief) return <div className="grid min-w-0 gap-3">{children}</div>
  const isOpen = open !== null && placeText(open) === placeText(view.place)
  return (
    <section className={cx('min-w-0 overflow-hidden rounded-lg border bg-surface', isOpen ? 'border-accent' : 'border-line')}>
      <header className="flex min-h-9 items-center justify-between gap-2 border-b border-line pr-1 pl-3">
        <h3 className="min-w-0 py-1 text-sm font-medium break-words text-ink-2">{title}</h3>
        <IconButton icon="right" label={isOpen ? t`Is open beside` : t`Open beside`} aria-pressed={isOpen} onClick={() => show(view.place)} />
      </header>
      {children}
    </section>
  )
}

export function Omitted({ count }: { count: number }) {
  if (count === 0) return null
  return <p className="px-3 py-1.5 text-xs text-ink-3"><Plural value={count} one="# more is not shown" other="# more are not shown" /></p>
}

export function NotSeen({ unseen }: { unseen: readonly Unseen[] }) {
  if (unseen.length === 0) return null
  return (
    <details className="px-3 py-1.5 text-xs text-warn">
      <summary><Trans>Not everything could be looked at</Trans></summary>
      <div className="pt-1.5"><Partial failures={unseen.map(({ what, why }) => ({ name: what, why }))} /></div>
    </details>
  )
}

export const Nothing = ({ children }: { children: ReactNode }) => <p className="px-3 py-3 text-sm text-ink-3">{children}</p>
