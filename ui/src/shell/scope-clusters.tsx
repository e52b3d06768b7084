// The clusters to choose from: a tick adds one or takes it away and leaves the list open, a name chooses it alone. By keys
// the list is one stop: arrows go through it, Space ticks, Enter chooses alone. A filter stands above where they are many.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { Session } from '@/api/types'
import { FilterBox } from '@/features/objects/filter-box'
import { Chip } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { Choice, Heading } from './scope-parts'
import { toggled } from './scope'

/** As many are seen at a glance. */
const UNFILTERED_MAX = 8

type Known = Pick<Session['clusters'][number], 'name' | 'production' | 'problem'>

interface ClusterChoiceProps {
  /** One's clusters as the host has them; undefined until it said. */
  known: readonly Known[] | undefined
  chosen: readonly string[]
  onToggle: (clusters: readonly string[]) => void
  /** Chooses these and nothing else; none is all. */
  onOnly: (clusters: readonly string[]) => void
}

export function ClusterChoice({ known = [], chosen, onToggle, onOnly }: ClusterChoiceProps) {
  const { t } = useLingui()
  const hintId = useId()
  const list = useRef<HTMLDivElement>(null)
  const [q, setQ] = useState('')
  const names = known.map(({ name }) => name)
  const strangers = chosen.filter((name) => !names.includes(name))
  const shown = [...names, ...strangers].filter((name) => name.toLowerCase().includes(q.trim().toLowerCase()))
  const { at, setAt, onKeyDown } = useStops(list, chosen[0] ?? ALL, [ALL, ...shown])
  const isMany = names.length + strangers.length > UNFILTERED_MAX
  useFirstFocus(list)
  const filterKey = (event: KeyboardEvent) => {
    const [only] = shown
    if (event.key === 'Enter' && shown.length === 1 && only !== undefined) onOnly([only])
    // What was looked for is a cluster, and stands below "all".
    else if (event.key === 'ArrowDown') focusStop(list, q === '' ? 0 : 1)
    else return
    event.preventDefault()
  }
  return (
    <div ref={list} role="group" aria-label={t`Cluster`} aria-describedby={hintId} onKeyDown={onKeyDown}>
      <div className="flex items-baseline justify-between pr-2">
        <Heading><Trans>Cluster</Trans></Heading>
        <p role="status" className="text-xs text-ink-3 tabular-nums"><HowMany chosen={chosen.length} all={names.length} /></p>
      </div>
      {isMany && <div className="px-1 pb-1"><FilterBox label={t`Find a cluster`} q={q} onQ={setQ} onKeyDown={filterKey} /></div>}
      <div className="max-h-[min(20rem,40dvh)] overflow-y-auto p-0.5">
        <Choice data-stop tabIndex={at === ALL ? 0 : -1} onFocus={() => setAt(ALL)} chosen={chosen.length === 0} onChoose={() => onOnly([])}><Trans>All clusters</Trans></Choice>
        <ul>
          {shown.map((name) => (
            <Row
              key={name}
              name={name}
              about={known.find((each) => each.name === name)}
              isStranger={known.length > 0 && strangers.includes(name)}
              isChosen={chosen.includes(name)}
              isStop={at === name}
              onFocus={() => setAt(name)}
              onToggle={() => onToggle(toggled(chosen, name, names))}
              onOnly={() => onOnly([name])}
            />
          ))}
        </ul>
        {shown.length === 0 && q !== '' && <p className="px-2 py-1.5 text-sm text-ink-3"><Trans>No cluster is called that.</Trans></p>}
      </div>
      <p id={hintId} className="px-2 pt-1 text-xs text-ink-3 [@media(hover:none)]:sr-only"><Trans>Space adds or takes away, Enter chooses only that one.</Trans></p>
    </div>
  )
}

/** Said when it changes: a tick may be out of sight, and what is left after the last one is everything. */
function HowMany({ chosen, all }: { chosen: number; all: number }) {
  if (chosen === 0) return <Plural value={all} one={`all of ${all}`} other={`all of ${all}`} />
  return <Plural value={all} one={`${chosen} of ${all}`} other={`${chosen} of ${all}`} />
}

interface RowProps {
  name: string
  about: Known | undefined
  /** The address names it and the host does not know it. */
  isStranger: boolean
  isChosen: boolean
  isStop: boolean
  onFocus: () => void
  onToggle: () => void
  onOnly: () => void
}

function Row({ name, about, isStranger, isChosen, isStop, onFocus, onToggle, onOnly }: RowProps) {
  const { t } = useLingui()
  const id = useId()
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    onOnly()
  }
  return (
    <li className={cx('group flex items-center rounded', isChosen ? 'bg-accent-soft text-ink' : 'text-ink-2 hover:bg-hover')}>
      <label className="flex size-8 shrink-0 cursor-pointer items-center justify-center">
        <input type="checkbox" data-stop tabIndex={isStop ? 0 : -1} aria-labelledby={id} checked={isChosen} onChange={onToggle} onFocus={onFocus} onKeyDown={press} className="size-4 accent-[var(--accent-fill)]" />
      </label>
      {/* The mouse's way to what Enter does; no stop of its own, so that a list of many is not twice as many. */}
      <button type="button" tabIndex={-1} onClick={onOnly} className="flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded pr-2 text-left text-sm">
        <span id={id} className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 py-1">
          <Inert text={name} short className="max-w-full min-w-0" />
          {about?.production === true && <Chip tone="prod">{t`production`}</Chip>}
          {about !== undefined && about.problem !== null && <Chip tone="bad">{t`unreachable`}</Chip>}
          {isStranger && <Chip tone="warn">{t`not one of yours`}</Chip>}
        </span>
        <span className="shrink-0 text-xs text-accent opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100"><Trans>only</Trans></span>
      </button>
    </li>
  )
}

/** No cluster is called nothing. */
const ALL = ''

const stopsIn = (list: RefObject<HTMLElement | null>): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])]

function focusStop(list: RefObject<HTMLElement | null>, index: number): void {
  const stops = stopsIn(list)
  stops[Math.min(index, stops.length - 1)]?.focus()
}

/** One stop for Tab, and arrows from there. `stops` are what is shown, in order; what the filter hid is no stop. */
function useStops(list: RefObject<HTMLElement | null>, first: string, stops: readonly string[]) {
  const [last, setAt] = useState(first)
  const at = stops.includes(last) ? last : ALL
  const onKeyDown = (event: KeyboardEvent) => {
    const all = stopsIn(list)
    const here = all.indexOf(event.target as HTMLElement)
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key]
    if (here === -1 || next === undefined) return
    event.preventDefault()
    const filter = next < 0 ? list.current?.querySelector('input:not([data-stop])') : null
    if (filter instanceof HTMLElement) filter.focus()
    else all[(next + all.length) % all.length]?.focus()
  }
  return { at, setAt, onKeyDown }
}

/** Whoever opened it goes on by keys at once: in the filter, or, where a field would raise a keyboard over it, in the list. */
function useFirstFocus(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const filter = window.matchMedia('(pointer: coarse)').matches ? null : list.current?.querySelector('input:not([data-stop])')
    const stop = stopsIn(list).find((each) => each.tabIndex === 0)
    if (filter instanceof HTMLElement) filter.focus()
    else stop?.focus()
  }, [list])
}
