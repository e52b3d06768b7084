// An object a turn was about: what was said of it, and, read now, what belongs to it and its events. Each side reads by
// itself, so that a missing right on one does not take the other away.
import { useQuery } from '@tanstack/react-query'
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { objectEventsQuery, relatedQuery } from '@/api/objects'
import type { components } from '@/api/schema'
import type { ObjectAt } from '@/api/keys'
import type { ObjectRef } from '@/api/types'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { Tabs } from '@/ui/tabs'
import { EventsView } from './parts/happenings'
import { Omitted } from './parts/frame'
import { ObjectName } from './refer'
import { objectAt } from './reference'

type Relation = components['schemas']['Related']['relations'][number]['relation']

export type SubjectSide = 'said' | 'related' | 'events'

interface SubjectProps {
  object: ObjectRef
  cluster: string
  side: SubjectSide
  onSide: (side: SubjectSide) => void
  /** What the turn said. */
  children: ReactNode
}

export function SubjectTabs({ object, cluster, side, onSide, children }: SubjectProps) {
  const { t } = useLingui()
  const at = objectAt(cluster, object)
  return (
    <div className="min-w-0">
      <p className="px-3 py-2 text-sm font-medium"><ObjectName object={object} cluster={cluster} /></p>
      <Tabs
        label={t`Sides of the object`}
        tabs={[{ value: 'said', label: <Trans>As it was read</Trans> }, { value: 'related', label: <Trans>What belongs to it</Trans> }, { value: 'events', label: <Trans>Events</Trans> }]}
        value={side}
        onChange={onSide}
      >
        {side === 'said' && children}
        {side === 'related' && <Related at={at} />}
        {side === 'events' && <EventsNow at={at} />}
      </Tabs>
    </div>
  )
}

const RELATIONS: Record<Relation, MessageDescriptor> = {
  owner: msg`owned by`, dependent: msg`owns`, service: msg`Services that lead to it`, route: msg`routes that lead to it`,
  autoscaler: msg`autoscalers`, budget: msg`disruption budgets`, 'network-policy': msg`network policies`, 'refers-to': msg`refers to`,
  node: msg`nodes`, storage: msg`storage`, selects: msg`selects`, target: msg`its target`, runs: msg`runs`, 'used-by': msg`used by`, holds: msg`holds`,
}

function Related({ at }: { at: ObjectAt }) {
  const { i18n } = useLingui()
  const query = useQuery(relatedQuery(at))
  return (
    <Read
      query={query}
      isEmpty={({ relations }) => relations.length === 0}
      emptyFirst={{ title: <Trans>Nothing belongs to it</Trans>, text: <Trans>No owner, dependent, Service or volume was found.</Trans> }}
      clearFilter={null}
      failures={({ unseen }) => unseen.map(({ what, why }) => ({ name: what, why }))}
    >
      {({ relations }) => (
        <dl className="grid gap-2 px-3 py-2 text-sm">
          {relations.map(({ relation, items, omitted }) => (
            <div key={relation}>
              <dt className="text-xs text-ink-3">{i18n._(RELATIONS[relation])}</dt>
              {items.map(({ object, state }, index) => (
                <dd key={index} className="flex flex-wrap items-baseline justify-between gap-x-3">
                  <ObjectName object={object} cluster={at.cluster} />
                  <span className="text-xs text-ink-3"><Inert text={state} /></span>
                </dd>
              ))}
              <Omitted count={omitted} />
            </div>
          ))}
        </dl>
      )}
    </Read>
  )
}

function EventsNow({ at }: { at: ObjectAt }) {
  const query = useQuery(objectEventsQuery(at))
  return (
    <Read query={query} isEmpty={({ rows }) => rows.length === 0} emptyFirst={{ title: <Trans>No events</Trans>, text: <Trans>Events are kept for about an hour.</Trans> }} clearFilter={null}>
      {(events) => <div className="py-2"><EventsView answer={events} view={{ place: { turn: '', part: 0 }, brief: false, cluster: at.cluster }} /></div>}
    </Read>
  )
}
