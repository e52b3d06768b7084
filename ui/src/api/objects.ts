// What pages read of one kind and of one object. Apart from the other queries only to keep both files short.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { keys, type ObjectAt } from './keys'
import type { ResourceAsk } from './resources'

const LIST_PAGE_ROWS = 500

/** One list: a kind on one cluster, in one namespace or in all. */
export interface ListAt {
  gvr: string
  cluster: string | undefined
  namespace: string | undefined
  labels: string | undefined
  fields: string | undefined
}

/** How a page's list is asked for, by the page and by what asks before it is there. */
export const listAsk = ({ cluster, namespace, labels, fields }: ListAt): ResourceAsk =>
  ({ cluster, namespace, labelSelector: labels, fields, limit: LIST_PAGE_ROWS })

export const resourcesQuery = (gvr: string, ask: ResourceAsk) =>
  infiniteQueryOptions({
    queryKey: keys.resources(gvr, ask),
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/api/v1/resources/{gvr}', { params: { path: { gvr }, query: { ...ask, continue: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.continue,
    placeholderData: keepPreviousData,
  })

/** All columns a kind has, told by one row of it. */
export const columnsQuery = (gvr: string, { cluster, namespace }: ResourceAsk) => {
  const ask = { cluster, namespace, fields: '*', limit: 1 }
  return queryOptions({
    queryKey: keys.resources(gvr, ask),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/resources/{gvr}', { params: { path: { gvr }, query: ask }, signal })),
    staleTime: 60_000,
  })
}

/** As many questions as the host answers at once. */
export const REVIEWS_MAX = 100

/** In which of these namespaces one may list a kind. Asked for where listing everywhere is forbidden. */
export const mayListQuery = (cluster: string, gvr: string, namespaces: readonly string[]) =>
  queryOptions({
    queryKey: keys.mayList(cluster, gvr, namespaces),
    queryFn: ({ signal }) => {
      const reviews = namespaces.slice(0, REVIEWS_MAX).map((namespace) => ({ verb: 'list', resource: gvr, namespace }))
      return answer(api.POST('/api/v1/access-reviews', { params: { header: WRITE_HEADER }, body: { cluster, reviews }, signal }))
    },
    staleTime: 60_000,
  })

const path = (at: ObjectAt) => ({ c: at.cluster, gvr: at.gvr, ns: at.namespace, name: at.name })

export const objectQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'object'),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}', { params: { path: path(at) }, signal })),
  })

export const yamlQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'yaml'),
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}/yaml', { params: { path: path(at) }, parseAs: 'text', signal })),
  })

export const objectEventsQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'events'),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}/events', { params: { path: path(at) }, signal })),
  })

export const relatedQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'related'),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}/related', { params: { path: path(at) }, signal })),
  })

export const changesQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'changes'),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}/changes', { params: { path: path(at) }, signal })),
  })

export const historyQuery = (at: ObjectAt) =>
  queryOptions({
    queryKey: keys.object(at, 'history'),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/objects/{c}/{gvr}/{ns}/{name}/history', { params: { path: path(at) }, signal })),
  })
