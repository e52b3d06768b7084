// Small words: Chip (a fact with a tone), Badge (a count), Dot (a state as a colour beside its word, never alone).
import type { ReactNode } from 'react'
import { cx } from './cx'

export type Tone = 'plain' | 'accent' | 'ok' | 'warn' | 'bad' | 'prod'

const TONES: Record<Tone, string> = {
  plain: 'bg-raised text-ink-2 border-line',
  accent: 'bg-accent-soft text-accent border-transparent',
  ok: 'bg-ok-soft text-ok border-transparent',
  warn: 'bg-warn-soft text-warn border-transparent',
  bad: 'bg-bad-soft text-bad border-transparent',
  prod: 'bg-prod-soft text-prod border-transparent',
}

export function Chip({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span title={title} className={cx('inline-flex min-w-0 max-w-full items-center gap-1 rounded border px-1.5 text-xs font-medium', TONES[tone])}>
      {children}
    </span>
  )
}

export function Badge({ count, label, tone = 'accent' }: { count: number; label: string; tone?: Tone }) {
  if (count === 0) return null
  return (
    <span className={cx('inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full px-1 text-[0.6875rem] leading-none font-semibold tabular-nums', TONES[tone])}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}

const DOTS: Record<Tone, string> = {
  plain: 'bg-ink-3', accent: 'bg-accent', ok: 'bg-ok', warn: 'bg-warn', bad: 'bg-bad', prod: 'bg-prod',
}

export const Dot = ({ tone }: { tone: Tone }) => <span aria-hidden="true" className={cx('inline-block size-2 shrink-0 rounded-full', DOTS[tone])} />
