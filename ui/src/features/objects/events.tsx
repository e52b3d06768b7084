// The events of an object and of what hangs on it, newest first, each saying whose it is. Warnings carry a word, not only a
// colour, and can be looked at alone.
import { Link } from '@tanstack/react-router'
import { Plural, Trans } from '@lingui/react/macro'
import { useState } from 'react'
import type { ObjectAt } from '@/api/keys'
import { Button } from '@/ui/button'
import { Card, CardList, CardNote, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { objectPath } from '@/ui/object-ref'
import { Read } from '@/ui/states/page'
import { Time } from '@/ui/time'
import type { Told } from './together'
import { useEvents, type EventsSoFar } from './use-events'

/** As many as an overview ends with. */
const LATEST_MAX = 8

const isWarning = ({ level }: Told): boolean => level === 'Warning'
const failuresOf = ({ failures }: EventsSoFar) => failures
const nothing = { title: <Trans>No events</Trans>, text: <Trans>Clusters keep events for about an hour. Nothing was told of this object since.</Trans> }

export function EventsTab({ at }: { at: ObjectAt }) {
  const query = useEvents(at)
  const [warnings, setWarnings] = useState(false)
  const isMixed = query.data !== undefined && query.data.rows.some(isWarning) && !query.data.rows.every(isWarning)
  return (
    <Card title={<Trans>Events</Trans>} aside={isMixed && <Button kind={warnings ? 'plain' : 'quiet'} icon={warnings ? 'check' : undefined} aria-pressed={warnings} onClick={() => setWarnings(!warnings)}><Trans>Warnings only</Trans></Button>}>
      <Read query={query} isEmpty={({ rows }) => rows.length === 0} emptyFirst={nothing} clearFilter={null} failures={failuresOf}>
        {({ rows, omitted, asked, dependants }) => (
          <>
            <Rows rows={warnings && isMixed ? rows.filter(isWarning) : rows} cluster={at.cluster} />
            {omitted > 0 && <CardNote><Plural value={omitted} one="# older event is not shown" other="# older events are not shown" /></CardNote>}
            {dependants > asked && <CardNote><Trans>Of {dependants} objects that belong to it, {asked} were asked for their events: those in trouble first.</Trans></CardNote>}
          </>
        )}
      </Read>
    </Card>
  )
}

/** The end of an overview, as `kubectl describe` has it. */
export function LatestEvents({ at }: { at: ObjectAt }) {
  const query = useEvents(at)
  const more = (query.data?.rows.length ?? 0) - LATEST_MAX
  return (
    <Card
      title={<Trans>Latest events</Trans>}
      aside={more > 0 && <Link to="." search={({ c, n }) => ({ c, n, tab: 'events' as const })} replace resetScroll={false} className="text-xs text-ink-3 underline decoration-line-strong underline-offset-2 hover:text-accent"><Trans>All events</Trans></Link>}
    >
      <Read query={query} isEmpty={({ rows }) => rows.length === 0} emptyFirst={nothing} clearFilter={null} failures={failuresOf}>
        {({ rows }) => <Rows rows={rows.slice(0, LATEST_MAX)} cluster={at.cluster} />}
      </Read>
    </Card>
  )
}

function Rows({ rows, cluster }: { rows: readonly Told[]; cluster: string }) {
  return (
    <CardList>
      {rows.map((row, index) => (
        <CardRow key={`${row.at ?? ''} ${index}`}>
          <div className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[8rem_12rem_1fr]">
            <span className="text-xs leading-5 text-ink-3">{row.at === null ? <Inert text={row.age} /> : <Time at={row.at} />}{row.count > 1 && <span title={String(row.count)}> ×{row.count}</span>}</span>
            <span className="flex min-w-0 items-baseline gap-2">{isWarning(row) && <Chip tone="warn"><Trans>warning</Trans></Chip>}<Inert text={row.reason} className="min-w-0 break-words font-medium" /></span>
            <span className="min-w-0 break-words text-ink-2">
              <Inert text={row.message} />
              {row.of !== null && (
                <Link to="/r/$gvr/$cluster/$namespace/$name" params={objectPath(cluster, row.of)} search={({ c, n }) => ({ c, n })} className="block w-fit max-w-full text-xs break-all text-ink-3 underline decoration-line-strong underline-offset-2 hover:text-accent">
                  <Inert text={`${row.of.type.kind} ${row.of.name}`} />
                </Link>
              )}
            </span>
          </div>
        </CardRow>
      ))}
    </CardList>
  )
}
