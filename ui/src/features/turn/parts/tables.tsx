// Answers that are rows: objects of one kind, listings, events, changes.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Changes, Events, Listing, Table } from '../answer'
import { Dot, type Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { ObjectName, Refer } from '../refer'
import { referenceInText } from '../reference'
import { Frame, Nothing, NotSeen } from './frame'
import { Rows } from './rows'
import type { View } from './view'

const NAME = 'NAME'

export function TableView({ answer, view }: { answer: Table; view: View }) {
  const { kind, columns, total } = answer
  const nameAt = columns.indexOf(NAME)
  const rows = answer.rows.map(({ object, cells }) =>
    cells.map((cell, at) => (at === nameAt ? <ObjectName key={at} object={object} cluster={view.cluster} text={cell} /> : <Inert key={at} text={cell} />)))
  return (
    <Frame view={view} title={<Trans><Inert text={kind} />, {total} of them</Trans>}>
      {rows.length === 0 ? <Nothing><Trans>There is none.</Trans></Nothing> : <Rows label={kind} columns={columns} rows={rows} brief={view.brief} omitted={answer.omitted} />}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}

export function ListingView({ answer, view }: { answer: Listing; view: View }) {
  const { what, columns, notes } = answer
  const rows = answer.rows.map((cells) => cells.map((cell, at) => <Inert key={at} text={cell} />))
  return (
    <Frame view={view} title={<Inert text={what} />}>
      {rows.length === 0 ? <Nothing><Trans>There is none.</Trans></Nothing> : <Rows label={what} columns={columns} rows={rows} brief={view.brief} omitted={answer.omitted} />}
      {notes?.map((note) => <p key={note} className="px-3 py-1.5 text-xs text-ink-2"><Inert text={note} /></p>)}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}

const levelTone = (level: string): Tone => (level === 'Warning' ? 'warn' : 'plain')

export function EventsView({ answer, view }: { answer: Events; view: View }) {
  const { t } = useLingui()
  // The host has the newest last, as kubectl does; in the transcript the newest are those to see.
  const newest = view.brief ? answer.rows.toReversed() : answer.rows
  const rows = newest.map((row) => [
    <span key="age">{row.age}</span>,
    <span key="level" className="inline-flex items-center gap-1.5"><Dot tone={levelTone(row.level)} /><Inert text={row.reason} />{row.count > 1 && <span className="text-ink-3">×{row.count}</span>}</span>,
    <Refer key="object" reference={referenceInText(row.object)} text={row.object} />,
    <Inert key="message" text={row.message} />,
  ])
  const count = answer.rows.length
  return (
    <Frame view={view} title={<Plural value={count} one="# event" other="# events" />}>
      {count === 0 ? <Nothing><Trans>There are none. Events are kept for about an hour.</Trans></Nothing>
        : <Rows label={t`Events`} columns={[t`Age`, t`Reason`, t`Object`, t`Message`]} rows={rows} brief={view.brief} omitted={answer.omitted} wide={3} />}
    </Frame>
  )
}

export function ChangesView({ answer, view }: { answer: Changes; view: View }) {
  const { t } = useLingui()
  const rows = answer.rows.map((row) => [
    <span key="age">{row.age}</span>,
    <Refer key="object" reference={referenceInText(row.object)} text={row.object} />,
    <Inert key="who" text={row.who ?? row.source} />,
    <Inert key="what" text={row.what} />,
  ])
  return (
    <Frame view={view} title={<Plural value={rows.length} one="# change" other="# changes" />}>
      {rows.length === 0 ? <Nothing><Trans>Nothing changed, as far as it is recorded.</Trans></Nothing>
        : <Rows label={t`Changes`} columns={[t`Age`, t`Object`, t`Who or where from`, t`What`]} rows={rows} brief={view.brief} omitted={answer.omitted} wide={3} />}
      {!view.brief && answer.gaps.map((gap) => <p key={gap} className="px-3 text-xs text-ink-3"><Inert text={gap} /></p>)}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}
