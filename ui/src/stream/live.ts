// An object and the clusters as they are watched. Pure.
import type { ClusterStatus, ObjectUpdate } from './events'

export interface WatchedObject {
  object: Record<string, unknown> | null
  /** It was deleted while it was shown; `object` is how it was last. */
  gone: boolean
}

export function applyObject(known: WatchedObject, told: ObjectUpdate): WatchedObject {
  return told.gone ? { object: told.object ?? known.object, gone: true } : { object: told.object, gone: false }
}

export type ClusterStates = ReadonlyMap<string, ClusterStatus>

export function applyCluster(known: ClusterStates, told: ClusterStatus): ClusterStates {
  return new Map(known).set(told.cluster, told)
}

/** The clusters that don't answer, by name. */
export const lostClusters = (states: ClusterStates): ClusterStatus[] =>
  [...states.values()].filter((status) => status.state === 'lost').sort((a, b) => a.cluster.localeCompare(b.cluster))
