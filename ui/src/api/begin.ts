// What a page begins with, asked beside its code rather than after it, and how long the first rendering waits for the
// answers. It renders nothing, and a page reads by itself whatever is not here: nothing is wrong when a line is missing.
import type { QueryClient } from '@tanstack/react-query'
import { gvrOf } from '@/ui/object-ref'
import { credential, setCredential } from './credential'
import { isUnderWay } from './first'
import type { ObjectAt } from './keys'
import { lookedAt } from './looked-at'
import { listAsk, objectQuery, resourcesQuery, type ListAt } from './objects'
import { doctorQuery, findingsQuery, kindsQuery, planQuery, plansQuery, readyQuery, sessionQuery } from './queries'
import { toldSession } from './told'
import type { PlanState } from './types'

/** Later than this the page stands there without them, with its places for what comes. */
const ANSWERS_MS_MAX = 150
const SESSION_MS_MAX = 2_000
/** States in which a plan may wait for somebody. */
export const WAITING: readonly PlanState[] = ['indeterminate', 'needs-approval', 'ready', 'failed']

/** Who may be nobody is asked one question only: each refusal is a line on the browser's console. */
const mayRead = (): boolean => credential() === 'in' || (credential() === 'unknown' && isUnderWay())

/** Who looks: every page waits for it. Where nothing is known yet, so does everything else that is asked. */
export async function beginSession(cache: QueryClient): Promise<void> {
  if (toldSession() === 'none') return setCredential('out')
  void cache.prefetchQuery(sessionQuery)
  if (isUnderWay()) void cache.prefetchQuery(readyQuery)
  else await answered(cache, SESSION_MS_MAX)
}

interface HomeScope { clusters: readonly string[]; cluster: string | undefined; namespace: string | undefined }

export function beginHome(cache: QueryClient, { clusters, cluster, namespace }: HomeScope): void {
  if (!mayRead()) return
  const look = (configured: readonly string[]) => {
    for (const one of lookedAt(clusters, configured).asked) void cache.prefetchQuery(findingsQuery(one, namespace))
  }
  // Where none is chosen, the session says which there are. Why it doesn't, the page is told by itself.
  if (clusters.length > 0) look([])
  else void cache.ensureQueryData(sessionQuery).then((session) => look(session.clusters.map(({ name }) => name)), () => undefined)
  for (const state of [...WAITING, undefined]) void cache.prefetchInfiniteQuery(plansQuery(state, state === undefined ? cluster : undefined))
  void cache.prefetchQuery(doctorQuery)
}

export function beginPlan(cache: QueryClient, id: string): void {
  if (mayRead()) void cache.prefetchQuery(planQuery(id))
}

/** What is wrong with it stands above all else of an object: later, it would move the page. */
export function beginObject(cache: QueryClient, at: ObjectAt): void {
  if (!mayRead()) return
  void cache.prefetchQuery(objectQuery(at))
  void cache.prefetchQuery(findingsQuery(at.cluster, at.namespace === '-' ? undefined : at.namespace))
  void cache.prefetchQuery(kindsQuery(at.cluster))
}

/** A list of one cluster. Of several it has to be found out first which they are. */
export function beginList(cache: QueryClient, { cluster, namespace, ...at }: ListAt): void {
  if (!mayRead() || cluster === undefined) return
  void cache.prefetchQuery(kindsQuery(cluster))
  const kind = cache.getQueryData(kindsQuery(cluster).queryKey)?.items.find((each) => gvrOf(each) === at.gvr)
  const within = kind?.namespaced === false ? undefined : namespace
  void cache.prefetchInfiniteQuery(resourcesQuery(at.gvr, listAsk({ ...at, cluster, namespace: within })))
}

/** Until nothing is on its way any more, or for as long as a first rendering may wait. */
export const answered = (cache: QueryClient, msMax = ANSWERS_MS_MAX): Promise<void> =>
  new Promise((resolve) => {
    if (cache.isFetching() === 0) return resolve()
    const done = () => {
      clearTimeout(late)
      unwatch()
      resolve()
    }
    const late = setTimeout(done, msMax)
    const unwatch = cache.getQueryCache().subscribe(() => { if (cache.isFetching() === 0) done() })
  })
