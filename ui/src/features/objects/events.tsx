// An object's events, newest first. Warnings carry a word, not only a colour.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import { objectEventsQuery } from '@/api/objects'
import { Card, CardList, CardNote, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { Time } from '@/ui/time'

export function EventsTab({ at }: { at: ObjectAt }) {
  const query = useQuery(objectEventsQuery(at))
  return (
    <Card title={<Trans>Events</Trans>}>
      <Read query={query} isEmpty={({ rows }) => rows.length === 0} emptyFirst={{ title: <Trans>No events</Trans>, text: <Trans>Clusters keep events for about an hour. Nothing was told of this object since.</Trans> }} clearFilter={null}>
        {({ rows, omitted }) => (
          <>
            <CardList>
              {rows.map((row, index) => (
                <CardRow key={`${row.at ?? ''} ${index}`}>
                  <div className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[8rem_12rem_1fr]">
                    <span className="text-xs leading-5 text-ink-3">{row.at === null ? <Inert text={row.age} /> : <Time at={row.at} />}{row.count > 1 && <span title={String(row.count)}> ×{row.count}</span>}</span>
                    <span className="flex min-w-0 items-baseline gap-2">{row.level === 'Warning' && <Chip tone="warn"><Trans>warning</Trans></Chip>}<Inert text={row.reason} className="min-w-0 break-words font-medium" /></span>
                    <Inert text={row.message} className="min-w-0 break-words text-ink-2" />
                  </div>
                </CardRow>
              ))}
            </CardList>
            {omitted > 0 && <CardNote><Plural value={omitted} one="# older event is not shown" other="# older events are not shown" /></CardNote>}
          </>
        )}
      </Read>
    </Card>
  )
}
