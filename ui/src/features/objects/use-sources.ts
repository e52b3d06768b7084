// Which sources a grid reads: one for each chosen cluster, or one for each namespace that one may list where the cluster does
// not let one list everywhere. It decides where to read; `Source` reads.
import { useQueries } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { mayListQuery } from '@/api/objects'
import { namespacesQuery } from '@/api/queries'
import type { Failure } from '@/ui/states/state'
import { placesOf } from './places'
import type { SourceAt, SourceState } from './source'

export interface SourcesAsk {
  gvr: string
  clusters: readonly string[]
  namespace: string | undefined
  labels: string | undefined
  fields: string | undefined
}

export interface Sources {
  sources: readonly SourceAt[]
  states: ReadonlyMap<string, SourceState>
  onState: (id: string, state: SourceState | null) => void
  /** What is not read, and why. */
  gaps: readonly Failure[]
  /** It is still being found out where one may list. */
  isSplitting: boolean
}

export function useSources({ gvr, clusters, namespace, labels, fields }: SourcesAsk): Sources {
  const [states, setStates] = useState<ReadonlyMap<string, SourceState>>(new Map())
  const [split, setSplit] = useState<ReadonlySet<string>>(new Set())
  const onState = useCallback((id: string, state: SourceState | null) => {
    setStates((known) => {
      const next = new Map(known)
      if (state === null) next.delete(id)
      else next.set(id, state)
      return next
    })
    const isRefused = state?.problem?.isForbidden === true && state.at.namespace === undefined
    if (isRefused) setSplit((known) => new Set(known).add(`${state.at.gvr} ${state.at.cluster}`))
  }, [])
  const splits = namespace === undefined ? clusters.filter((cluster) => split.has(`${gvr} ${cluster}`)) : []
  const listed = useQueries({ queries: splits.map((cluster) => namespacesQuery(cluster)) })
  const reviews = useQueries({
    queries: splits.map((cluster, index) => {
      const names = listed[index]?.data?.items.map(({ name }) => name) ?? []
      return { ...mayListQuery(cluster, gvr, names), enabled: names.length > 0 }
    }),
  })
  const places = placesOf(clusters, namespace, splits.map((cluster, index) => ({ cluster, namespaces: listed[index]?.data, reviews: reviews[index]?.data?.items, hasFailed: reviews[index]?.isError === true })))
  const key = JSON.stringify(places.places)
  const sources = useMemo(() => (JSON.parse(key) as { cluster: string; namespace?: string }[]).map(({ cluster, namespace: place }): SourceAt => ({
    id: [gvr, cluster, place ?? '*', labels ?? '', fields ?? ''].join(' '), gvr, cluster, namespace: place, labels, fields,
  })), [key, gvr, labels, fields])
  const isSplitting = listed.some(({ isPending }) => isPending) || reviews.some(({ isLoading }) => isLoading)
  return { sources, states, onState, gaps: places.gaps, isSplitting }
}
