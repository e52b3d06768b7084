// What happened, the newest first: events and changes. A line for when, what and where, and one for the words, because the
// words are longer than any column. Times are the host's.
import { Plural, Trans } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { Button } from '@/ui/button'
import { Dot, type Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import type { Changes, Events } from '../answer'
import { Refer } from '../refer'
import { referenceInText } from '../reference'
import { Frame, Nothing, NotSeen, Omitted } from './frame'
import { BRIEF_ROWS, type View } from './view'

interface Happening {
  age: string
  at: string | null | undefined
  tone: Tone
  word: ReactNode
  object: string
  text: string
}

const PAGE_ROWS = 100

function Happenings({ rows, brief, omitted }: { rows: readonly Happening[]; brief: boolean; omitted: number }) {
  const [shown, setShown] = useState(PAGE_ROWS)
  const visible = rows.slice(0, brief ? BRIEF_ROWS : shown)
  const left = rows.length - visible.length
  return (
    <>
      <ol className="divide-y divide-line">
        {visible.map(({ age, at, tone, word, object, text }, index) => (
          <li key={index} className="grid min-w-0 gap-0.5 px-3 py-1.5 text-xs">
            <p className="flex flex-wrap items-center gap-x-2 text-ink-2">
              <time dateTime={at ?? undefined} title={at ?? undefined} className="min-w-11 text-ink-3 tabular-nums">{age}</time>
              <Dot tone={tone} />
              {word}
              <span className="min-w-0 break-all"><Refer reference={referenceInText(object)} text={object} /></span>
            </p>
            <p className="min-w-0 break-words text-ink"><Inert text={text} /></p>
          </li>
        ))}
      </ol>
      {!brief && left > 0 && <div className="px-3 py-2"><Button onClick={() => setShown(shown + PAGE_ROWS)}><Trans>Show more</Trans></Button></div>}
      <Omitted count={left + omitted} />
    </>
  )
}

export function EventsView({ answer, view }: { answer: Events; view: View }) {
  // The host has the newest last, as kubectl does.
  const rows = answer.rows.toReversed().map(({ age, at, level, reason, count, object, message }): Happening => ({
    age, at, object, text: message,
    tone: level === 'Warning' ? 'warn' : 'plain',
    word: <><Inert text={reason} className="font-medium" />{count > 1 && <span className="text-ink-3">×{count}</span>}</>,
  }))
  return (
    <Frame view={view} title={<Plural value={rows.length} one="# event" other="# events" />}>
      {rows.length === 0 ? <Nothing><Trans>There are none. Events are kept for about an hour.</Trans></Nothing> : <Happenings rows={rows} brief={view.brief} omitted={answer.omitted} />}
    </Frame>
  )
}

export function ChangesView({ answer, view }: { answer: Changes; view: View }) {
  const rows = answer.rows.map(({ age, at, source, who, object, what }): Happening => ({
    age, at, object, text: what, tone: source === 'event' ? 'plain' : 'accent',
    word: <><Inert text={source} className="font-medium" />{who && <span className="text-ink-3"><Trans>by <Inert text={who} /></Trans></span>}</>,
  }))
  return (
    <Frame view={view} title={<Plural value={rows.length} one="# change" other="# changes" />}>
      {rows.length === 0 ? <Nothing><Trans>Nothing changed, as far as it is recorded.</Trans></Nothing> : <Happenings rows={rows} brief={view.brief} omitted={answer.omitted} />}
      {!view.brief && answer.gaps.map((gap) => <p key={gap} className="px-3 text-xs text-ink-3"><Inert text={gap} /></p>)}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}
