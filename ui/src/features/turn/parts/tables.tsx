// Answers that are rows under titles: objects of one kind, and listings.
import { Trans } from '@lingui/react/macro'
import type { Listing, Table } from '../answer'
import { Inert } from '@/ui/inert'
import { ObjectName } from '../refer'
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
