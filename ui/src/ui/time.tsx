// A moment, as how long ago it was, with the exact time as its title. Ticks by itself, one timer for the whole page.
import { useLingui } from '@lingui/react'
import { useSyncExternalStore } from 'react'

const TICK_MS = 5_000
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]]

let now = Date.now()
const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of watchers) each()
  }, TICK_MS)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Making a formatter costs more than all it is used for, and a list has hundreds of moments: one of each kind a language. */
const made = new Map<string, { relative: Intl.RelativeTimeFormat; exact: Intl.DateTimeFormat }>()

function formatsOf(locale: string) {
  const known = made.get(locale)
  if (known !== undefined) return known
  const fresh = {
    relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }),
    exact: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
  }
  made.set(locale, fresh)
  return fresh
}

/** The moment in full, for a title. */
export const exactly = (moment: Date, locale: string): string => formatsOf(locale).exact.format(moment)

/** `-3 min` and the like, in the largest unit that fits. Pure. */
export function relative(at: number, from: number, locale: string): string {
  const distance = Math.round((at - from) / 1000)
  // What is told is as old as the last tick: within it, "in 4 seconds" would be said of the past.
  const seconds = Math.abs(distance) * 1000 <= TICK_MS ? 0 : distance
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return formatsOf(locale).relative.format(Math.trunc(seconds / size), unit)
}

/** The moment, new every few seconds, for what counts on from another. */
export function useNow(): number {
  const from = useSyncExternalStore(watch, () => now)
  return Math.max(from, Date.now() - TICK_MS)
}

export function Time({ at }: { at: string | number }) {
  const { i18n } = useLingui()
  const from = useNow()
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>
  const title = exactly(moment, i18n.locale)
  return <time dateTime={moment.toISOString()} title={title} className="whitespace-nowrap">{relative(moment.getTime(), Math.max(from, Math.min(moment.getTime(), Date.now())), i18n.locale)}</time>
}
