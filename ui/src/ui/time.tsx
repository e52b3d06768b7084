// A moment, as how long ago it was, with the exact time as its title. Ticks by itself, one timer for the whole page.
import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { plural, t } from '@lingui/core/macro'
import { useEffect, useState, useSyncExternalStore } from 'react'

const TICK_MS = 5_000
type Unit = 'day' | 'hour' | 'minute' | 'second'
const UNITS: [Unit, number][] = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]]

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

/** Making the browser's first formatter costs as much as rendering a page does, so none is made before somebody points at one. */
const made = new Map<string, Intl.DateTimeFormat>()

/** The moment in full, for a title. */
export function exactly(moment: Date, locale: string): string {
  const format = made.get(locale) ?? new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  made.set(locale, format)
  return format.format(moment)
}

/** `3 min ago` and the like, in the largest unit that fits. */
export function relative(at: number, from: number): string {
  const distance = Math.round((at - from) / 1000)
  // What is told is as old as the last tick: within it, "in 4 seconds" would be said of the past.
  const seconds = Math.abs(distance) * 1000 <= TICK_MS ? 0 : distance
  return seconds === 0 ? t`now` : toldAs(seconds)
}

/** A distance in seconds, less than nothing in the past. */
function toldAs(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  const count = Math.trunc(Math.abs(seconds) / size)
  return seconds < 0 ? past(unit, count) : future(unit, count)
}

function past(unit: Unit, count: number): string {
  if (unit === 'day') return count === 1 ? t`yesterday` : plural(count, { one: `${count} day ago`, other: `${count} days ago` })
  return unit === 'hour' ? t`${count} h ago` : unit === 'minute' ? t`${count} min ago` : t`${count} s ago`
}

function future(unit: Unit, count: number): string {
  if (unit === 'day') return count === 1 ? t`tomorrow` : plural(count, { one: `in ${count} day`, other: `in ${count} days` })
  return unit === 'hour' ? t`in ${count} h` : unit === 'minute' ? t`in ${count} min` : t`in ${count} s`
}

/** The moment, new every few seconds, for what counts on from another. */
export function useNow(): number {
  const from = useSyncExternalStore(watch, () => now)
  return Math.max(from, Date.now() - TICK_MS)
}

/** The exact time as a title, made when a pointer comes near: it is what a pointer's tooltip says. */
export function useExactTitle(moment: Date): { title: string | undefined; onPointerEnter: () => void } {
  const { i18n } = useLingui()
  const [near, setNear] = useState(false)
  return { title: near ? exactly(moment, i18n.locale) : undefined, onPointerEnter: () => setNear(true) }
}

const two = (number: number): string => String(number).padStart(2, '0')

/** The time of day here, to the second. Made by hand: it is said while something goes wrong, and a formatter takes its time. */
export const clock = (at: Date): string => [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')

/** Whether that was only now: until the page's clock has ticked over it. */
const isJust = (at: number): boolean => Date.now() - at < TICK_MS

/** True until the moment is a tick ago, to the second rather than with the page's next tick. */
function useJust(at: number): boolean {
  const [just, setJust] = useState(() => isJust(at))
  useEffect(() => {
    setJust(isJust(at))
    const later = setTimeout(() => setJust(false), Math.max(0, at + TICK_MS - Date.now()))
    return () => clearTimeout(later)
  }, [at])
  return just
}

/**
 * That a connection was lost: when, by the clock, and how long ago. Only the first is for a live region, which would else be
 * read again with every tick.
 */
export function LostAt({ at, live = false }: { at: string | number; live?: boolean }) {
  useNow()
  const moment = new Date(at)
  const time = clock(moment)
  const ago = toldAs(Math.min(-TICK_MS, moment.getTime() - Date.now()) / 1000)
  const just = useJust(moment.getTime())
  return (
    <>
      <span role={live ? 'status' : undefined}>{just ? <Trans>Connection just lost.</Trans> : <Trans>Connection lost at {time}</Trans>}</span>
      {!just && <span className="whitespace-nowrap">, {ago}.</span>}
    </>
  )
}

export function Time({ at }: { at: string | number }) {
  const from = useNow()
  const moment = new Date(at)
  const exact = useExactTitle(moment)
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>
  return <time dateTime={moment.toISOString()} {...exact} className="whitespace-nowrap">{relative(moment.getTime(), Math.max(from, Math.min(moment.getTime(), Date.now())))}</time>
}
