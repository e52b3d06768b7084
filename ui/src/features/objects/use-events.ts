// The events of an object and of those that hang on it, at most DEPENDANTS_MAX of them, those in trouble first: what goes wrong
// with a workload is said of its pods. The object's own count: a dependant that can't be asked is only named.
import { useQueries, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { keys, type ObjectAt } from '@/api/keys'
import { objectEventsQuery, relatedQuery } from '@/api/objects'
import { objectName, objectPath } from '@/ui/object-ref'
import type { Failure } from '@/ui/states/state'
import { DEPENDANTS_MAX, dependantsOf, mayHaveDependants, worstFirst } from './dependants'
import { together, type Told } from './together'

export interface EventsSoFar {
  rows: readonly Told[]
  /** Older events of each that the host left out. */
  omitted: number
  asked: number
  dependants: number
  failures: readonly Failure[]
}

export function useEvents(at: ObjectAt) {
  const client = useQueryClient()
  const own = useQuery(objectEventsQuery(at))
  const isAsked = mayHaveDependants(at.gvr)
  const related = useQuery({ ...relatedQuery(at), enabled: isAsked })
  const all = dependantsOf(related.data)
  const chosen = worstFirst(all).slice(0, DEPENDANTS_MAX)
  const others = useQueries({ queries: chosen.map(({ object }) => objectEventsQuery(objectPath(at.cluster, object))) })
  useAgain(client, own.dataUpdatedAt, chosen.map(({ object }) => objectPath(at.cluster, object)))
  // Until everybody was asked the list would jump; where one can't be asked, the others count.
  const isWaiting = own.data !== undefined && ((isAsked && related.isPending) || others.some(({ isPending }) => isPending))
  const data: EventsSoFar | undefined = own.data === undefined || isWaiting ? undefined : {
    rows: together([{ of: null, rows: own.data.rows }, ...chosen.map(({ object }, index) => ({ of: object, rows: others[index]?.data?.rows ?? [] }))]),
    omitted: own.data.omitted + others.reduce((sum, { data: told }) => sum + (told?.omitted ?? 0), 0),
    asked: chosen.length,
    dependants: related.data?.relations.find(({ relation }) => relation === 'dependent')?.total ?? 0,
    failures: [
      ...(related.error === null ? [] : [{ name: 'related', why: related.error.message }]),
      ...chosen.flatMap(({ object }, index) => { const error = others[index]?.error; return error ? [{ name: objectName(object), why: error.message }] : [] }),
    ],
  }
  return { ...own, data, isPending: own.isPending || isWaiting }
}

/** The object's own events are read again when it changes (use-object.ts); then those of the others are as well. */
function useAgain(client: QueryClient, readAt: number, chosen: readonly ObjectAt[]): void {
  const which = JSON.stringify(chosen)
  useEffect(() => {
    for (const each of JSON.parse(which) as ObjectAt[]) void client.invalidateQueries({ queryKey: keys.object(each, 'events'), predicate: ({ state }) => state.dataUpdatedAt < readAt })
  }, [client, readAt, which])
}
