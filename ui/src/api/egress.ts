// The way out as pages read it: where components may send something, what went there, and what would be masked in a text
// before it goes. Tests are writes by HTTP and change nothing; a text that is looked at is kept nowhere, here neither.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { keys } from './keys'
import type { Problem } from './problem'
import type { components } from './schema'

type Schemas = components['schemas']
export type Egress = Schemas['Egress']
export type Destination = Egress['items'][number]
export type Bound = NonNullable<Destination['bound']>
export type DataClass = Bound['data'][number]
export type EgressRequest = Schemas['EgressRequest']
export type EgressTrial = Schemas['EgressTrial']
export type Redacted = Schemas['Redacted']

const PAGE_REQUESTS = 50
const COUNTERS_MS = 10_000

export const egressQuery = queryOptions({
  queryKey: keys.egress,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/egress', { signal })),
  // Counters grow without an event that tells it.
  refetchInterval: COUNTERS_MS,
})

export const egressLogQuery = infiniteQueryOptions({
  queryKey: keys.egressLog,
  queryFn: ({ signal, pageParam }) => answer(api.GET('/api/v1/egress/log', { params: { query: { limit: PAGE_REQUESTS, continue: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.continue,
})

export function useTestDestination() {
  const client = useQueryClient()
  return useMutation<EgressTrial, Problem, string>({
    mutationFn: (destination) => answer(api.POST('/api/v1/egress/{destination}/test', { params: { header: WRITE_HEADER, path: { destination } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.egress }),
  })
}

/** What would be masked in a text. Its answer is dropped with the page, not put into the cache. */
export const useRedact = () =>
  useMutation<Redacted, Problem, string>({
    gcTime: 0,
    mutationFn: (text) => answer(api.POST('/api/v1/redact', { params: { header: WRITE_HEADER }, body: { text } })),
  })
