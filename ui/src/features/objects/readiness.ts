// How many of what an object should have are ready, from the numbers of whichever kind it is. Pure.
import { at, list, obj, text, type Obj } from './read'

export interface Readiness {
  ready: number
  wanted: number
  /** What is counted: pods that serve, containers of a pod, pods of a Job that came to their end. */
  of: 'pods' | 'containers' | 'completions'
  /** The fields it is made of, which need not be said again. */
  fields: readonly string[]
}

const number = (object: unknown, ...path: string[]): number | undefined => {
  const value = at(object, ...path)
  return typeof value === 'number' ? value : undefined
}

export function readinessOf(object: Obj): Readiness | null {
  const status = obj(object, 'status')
  if (object.kind === 'Pod') {
    const containers = list(status, 'containerStatuses')
    return containers.length === 0 || text(status, 'phase') === 'Succeeded' ? null : { ready: containers.filter(({ ready }) => ready === true).length, wanted: containers.length, of: 'containers', fields: [] }
  }
  const nodes = number(status, 'desiredNumberScheduled')
  if (nodes !== undefined) {
    return { ready: number(status, 'numberReady') ?? 0, wanted: nodes, of: 'pods', fields: ['desiredNumberScheduled', 'numberReady', 'numberAvailable', 'numberUnavailable', 'currentNumberScheduled'] }
  }
  if (object.kind === 'Job') {
    const wanted = number(object, 'spec', 'completions')
    return wanted === undefined ? null : { ready: number(status, 'succeeded') ?? 0, wanted, of: 'completions', fields: ['succeeded', 'spec.completions'] }
  }
  // Any kind that says how many it wants and how many there are, custom ones too.
  const wanted = number(object, 'spec', 'replicas')
  if (wanted === undefined || ![status.replicas, status.readyReplicas].some((each) => typeof each === 'number')) return null
  return { ready: number(status, 'readyReplicas') ?? 0, wanted, of: 'pods', fields: ['spec.replicas', 'replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'] }
}

export const isShort = (readiness: Readiness | null): boolean => readiness !== null && readiness.of !== 'completions' && readiness.ready < readiness.wanted
