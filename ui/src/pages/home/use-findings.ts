// The findings of every cluster in the scope: one request each, at most so many at once, and what they came to together.
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { lookedAt } from '@/api/looked-at'
import { findingsQuery, sessionQuery } from '@/api/queries'
import type { Scope } from '@/shell/scope'
import type { Asked } from '@/ui/states/state'
import { shown, type AllFindings } from './findings'

/** A page that is left open says how it is, not how it was. The browser's hidden tabs do not ask. */
const LOOK_AGAIN_MS = 60_000

export interface FindingsOfScope extends Asked<AllFindings> {
  /** More than one cluster is in the scope: each finding says whose it is. */
  isSeveral: boolean
  production: ReadonlySet<string>
  /** It is known which clusters there are, and there is none. */
  hasNoCluster: boolean
  /** Clusters have still to answer. */
  isLooking: boolean
}

export function useFindings({ clusters, namespace }: Scope): FindingsOfScope {
  const session = useQuery(sessionQuery)
  const configured = session.data?.clusters
  const { asked, beyond } = useMemo(() => lookedAt(clusters, configured?.map(({ name }) => name) ?? []), [clusters, configured])
  const queries = useQueries({ queries: asked.map((cluster) => ({ ...findingsQuery(cluster, namespace), refetchInterval: LOOK_AGAIN_MS })) })
  const isUnknown = clusters.length === 0 && configured === undefined
  const { data, problem } = shown(asked.map((cluster, at) => ({ cluster, data: queries[at]?.data, error: queries[at]?.error })), beyond)
  return {
    data: isUnknown ? undefined : data,
    error: isUnknown ? session.error : problem,
    isPending: (isUnknown ? session.error === null : data === undefined && problem === null),
    isFetching: queries.some(({ isFetching }) => isFetching),
    refetch: () => (isUnknown ? session.refetch() : Promise.all(queries.map(({ refetch }) => refetch()))),
    isSeveral: asked.length + beyond.length > 1,
    production: new Set(configured?.flatMap(({ name, production }) => (production ? [name] : []))),
    hasNoCluster: !isUnknown && asked.length === 0,
    isLooking: isUnknown ? session.error === null : queries.some(({ isPending }) => isPending),
  }
}
