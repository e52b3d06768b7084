// Where a grid reads: each cluster as a whole, or by namespace where the whole is refused. Pure.
import type { components } from '@/api/schema'
import type { Failure } from '@/ui/states/state'

/** Each is a watch of its own, of which a stream may have 32. */
export const SOURCES_MAX = 24

export interface Place {
  cluster: string
  /** Absent: all of them. */
  namespace?: string
}

/** A cluster that may not be listed as a whole, and what is known of its namespaces. */
export interface Split {
  cluster: string
  namespaces: components['schemas']['Namespaces'] | undefined
  reviews: readonly components['schemas']['AccessAnswer'][] | undefined
  /** The review failed: each namespace then answers for itself. */
  hasFailed: boolean
}

export interface Places {
  places: Place[]
  gaps: Failure[]
}

export function placesOf(clusters: readonly string[], namespace: string | undefined, splits: readonly Split[]): Places {
  const gaps: Failure[] = []
  const all = clusters.flatMap((cluster): Place[] => {
    const split = splits.find((each) => each.cluster === cluster)
    const names = split?.namespaces?.items.map(({ name }) => name) ?? []
    if (split === undefined || (names.length === 0 && split.namespaces !== undefined)) return [{ cluster, ...(namespace !== undefined && { namespace }) }]
    if (split.reviews === undefined && !split.hasFailed) return [{ cluster }]
    for (const { what, why } of split.namespaces?.unseen ?? []) gaps.push({ name: `${cluster}: ${what}`, why })
    if (split.namespaces?.truncated === true) gaps.push({ name: cluster, why: 'namespaces: truncated' })
    const refused = new Map(split.reviews?.filter(({ allowed }) => !allowed).map((review) => [review.namespace, review]))
    for (const review of refused.values()) gaps.push({ name: `${cluster}/${review.namespace ?? ''}`, why: whyOf(review) })
    const open = names.filter((name) => !refused.has(name))
    return open.length === 0 ? [{ cluster }] : open.map((name) => ({ cluster, namespace: name }))
  })
  for (const { cluster, namespace: place } of all.slice(SOURCES_MAX)) gaps.push({ name: `${cluster}/${place ?? '*'}`, why: `> ${SOURCES_MAX}` })
  return { places: all.slice(0, SOURCES_MAX), gaps }
}

/** As the host says it of a list that it refused. */
const whyOf = ({ verb, resource, namespace, reason }: components['schemas']['AccessAnswer']): string =>
  reason || `kubectl auth can-i ${verb} ${resource} -n ${namespace ?? ''}: no`
