// Which sources a grid reads: one for each chosen cluster, or one for each namespace where the cluster does not let one list
// everywhere. It decides where to read; `Source` reads.
import { useQueries } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { namespacesQuery } from '@/api/queries'
import type { Failure } from '@/ui/states/state'
import type { SourceAt, SourceState } from './source'

/** Each is a watch of its own, of which a stream may have 32. */
export const SOURCES_MAX = 24

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
  /** Namespaces that were left out, or could not be listed. */
  gaps: readonly Failure[]
  /** Clusters whose namespaces are being listed because listing everywhere is forbidden. */
  isSplitting: boolean
}

export function useSources(ask: SourcesAsk): Sources {
  const [states, setStates] = useState<ReadonlyMap<string, SourceState>>(new Map())
  const [split, setSplit] = useState<ReadonlySet<string>>(new Set())
  const onState = useCallback((id: string, state: SourceState | null) => {
    setStates((known) => {
      const next = new Map(known)
      if (state === null) next.delete(id)
      else next.set(id, state)
      return next
    })
    if (state?.problem?.isForbidden && state.at.namespace === undefined) setSplit((known) => new Set(known).add(`${state.at.gvr} ${state.at.cluster}`))
  }, [])
  const splits = ask.namespace === undefined ? ask.clusters.filter((cluster) => split.has(`${ask.gvr} ${cluster}`)) : []
  const namespaces = useQueries({ queries: splits.map((cluster) => namespacesQuery(cluster)) })
  const { gvr, namespace, labels, fields } = ask
  const clusters = ask.clusters.join(',')
  const known = splits.map((cluster, index) => [cluster, ...(namespaces[index]?.data?.items.map(({ name }) => name) ?? [])].join(',')).join(';')

  const all = useMemo(() => {
    const bySplit = new Map(known.split(';').map((line) => { const [cluster = '', ...names] = line.split(','); return [cluster, names] as const }))
    return clusters.split(',').filter(Boolean).flatMap((cluster) => {
      const names = namespace === undefined ? bySplit.get(cluster) : undefined
      const places = names !== undefined && names.length > 0 ? names : [namespace]
      return places.map((place): SourceAt => ({
        id: [gvr, cluster, place ?? '*', labels ?? '', fields ?? ''].join(' '), gvr, cluster, namespace: place, labels, fields,
      }))
    })
  }, [gvr, clusters, namespace, labels, fields, known])

  const sources = useMemo(() => all.slice(0, SOURCES_MAX), [all])
  const gaps = [
    ...all.slice(SOURCES_MAX).map(({ cluster, namespace: place }) => ({ name: `${cluster}/${place ?? '*'}`, why: 'SOURCES_MAX' })),
    ...splits.flatMap((cluster, index) => (namespaces[index]?.data?.unseen ?? []).map(({ what, why }) => ({ name: `${cluster}: ${what}`, why }))),
  ]
  return { sources, states, onState, gaps, isSplitting: namespaces.some(({ isPending }) => isPending) }
}
