// What pages read: one `queryOptions` for each read endpoint. They hold no state of their own and write nothing.
// Lists that go on are `infiniteQueryOptions`; their pages follow `continue`.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { keys } from './keys'
import { unreachable } from './problem'
import type { PlanState, Ready } from './types'

const SECOND_MS = 1000
const PAGE_ROWS = 50
const NAMES_PAUSE_MS = 400
const NAMES_ASKED_MAX = 6

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/session', { signal })),
})

export const readyQuery = queryOptions({
  queryKey: keys.ready,
  // 503 is an answer here: it says what is missing.
  queryFn: async ({ signal }): Promise<Ready> => {
    const asked = await api.GET('/readyz', { params: { query: { verbose: '' } }, signal })
    if (asked.response.status === 503) return asked.error as unknown as Ready
    return answer(Promise.resolve(asked))
  },
})

export const doctorQuery = queryOptions({
  queryKey: keys.doctor,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/doctor', { signal })),
  staleTime: 60 * SECOND_MS,
  // What is at fault is being mended: looked at again by itself.
  refetchInterval: ({ state }) => (state.data?.ok === false ? 4 * SECOND_MS : false),
})

export const settingsQuery = queryOptions({
  queryKey: keys.settings,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/settings', { signal })),
})

export const pluginsQuery = queryOptions({
  queryKey: keys.plugins,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/plugins', { signal })),
})

export const versionQuery = queryOptions({
  queryKey: keys.version,
  queryFn: ({ signal }) => answer(api.GET('/version', { signal })),
  staleTime: Infinity,
})

export const clustersQuery = queryOptions({
  queryKey: keys.clusters,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/clusters', { signal })),
})

export const kindsQuery = (c: string) =>
  queryOptions({
    queryKey: keys.kinds(c),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/clusters/{c}/kinds', { params: { path: { c } }, signal })),
    staleTime: 5 * 60 * SECOND_MS,
  })

export const namespacesQuery = (c: string) =>
  queryOptions({
    queryKey: keys.namespaces(c),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/clusters/{c}/namespaces', { params: { path: { c } }, signal })),
  })

export const findingsQuery = (cluster?: string, namespace?: string) =>
  queryOptions({
    queryKey: keys.findings(cluster, namespace),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/findings', { params: { query: { cluster, namespace } }, signal })),
    staleTime: 15 * SECOND_MS,
  })

export const plansQuery = (state?: PlanState, cluster?: string) =>
  infiniteQueryOptions({
    queryKey: keys.planList(state, cluster),
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/api/v1/plans', { params: { query: { state, cluster, limit: PAGE_ROWS, continue: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.continue,
  })

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: keys.plan(id),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/plans/{id}', { params: { path: { id } }, signal })),
  })

/** Asked for one revision, so that an edited plan begins at its first page again. */
export const radiusQuery = (id: string, revision: number, cluster?: string) =>
  infiniteQueryOptions({
    queryKey: keys.radius(id, revision, cluster),
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/api/v1/plans/{id}/radius', { params: { path: { id }, query: { cluster, continue: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.continue,
  })

export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: keys.exported(id),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/plans/{id}/export', { params: { path: { id } }, signal })),
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
  })

/** What one may do oneself. A question, though it is asked with POST. */
export const rightsQuery = (cluster: string, reviews: { verb: string; resource: string; namespace?: string }[]) =>
  queryOptions({
    queryKey: keys.rights(cluster, reviews),
    queryFn: ({ signal }) => answer(api.POST('/api/v1/access-reviews', { params: { header: WRITE_HEADER }, body: { cluster, reviews }, signal })),
    staleTime: 60 * SECOND_MS,
  })

export const threadsQuery = infiniteQueryOptions({
  queryKey: keys.threads,
  queryFn: ({ signal, pageParam }) =>
    answer(api.GET('/api/v1/threads', { params: { query: { limit: PAGE_ROWS, continue: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.continue,
})

/** The newest, for the palette: old for a moment is good enough, and nothing is read anew with each letter. */
export const newestThreadsQuery = queryOptions({
  queryKey: keys.newestThreads,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/threads', { params: { query: { limit: PAGE_ROWS } }, signal })),
  staleTime: 10_000,
})

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: keys.thread(id),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/threads/{id}', { params: { path: { id } }, signal })),
  })

export const turnsQuery = (thread: string) =>
  queryOptions({
    queryKey: keys.turns(thread),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/threads/{id}/turns', { params: { path: { id: thread } }, signal })),
  })

export const turnQuery = (id: string) =>
  queryOptions({
    queryKey: keys.turn(id),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/turns/{id}', { params: { path: { id } }, signal })),
  })

export const completeQuery = (text: string, cursor: number, cluster?: string, namespace?: string) =>
  queryOptions({
    queryKey: keys.complete(text, cursor, cluster, namespace),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/complete', { params: { query: { text, cursor, cluster, namespace } }, signal })),
    staleTime: 10 * SECOND_MS,
    placeholderData: keepPreviousData,
    retry: false,
    // Names of objects are being listed: ask again for a moment, then leave it.
    refetchInterval: ({ state }) => (state.data?.names === false && state.dataUpdateCount < NAMES_ASKED_MAX ? NAMES_PAUSE_MS : false),
  })

/** What a sentence would be read as, if it were sent. A question, though it is asked with POST: nothing is kept of it. */
export const previewQuery = (body: { sentence: string; thread?: string; cluster?: string; namespace?: string }) =>
  queryOptions({
    queryKey: keys.preview(body),
    queryFn: ({ signal }) => answer(api.POST('/api/v1/preview', { params: { header: WRITE_HEADER }, body, signal })),
    staleTime: 10 * SECOND_MS,
    placeholderData: keepPreviousData,
    retry: false,
  })

export const bundlePreviewQuery = (sentences: boolean) =>
  queryOptions({
    queryKey: keys.bundlePreview(sentences),
    queryFn: async ({ signal }) => {
      const preview = await answer(api.GET('/api/v1/support-bundle', { params: { query: { preview: true, sentences } }, signal }))
      // Without `preview` it would be the archive.
      if (typeof preview === 'string') throw unreachable(preview.slice(0, 100))
      return preview
    },
  })
