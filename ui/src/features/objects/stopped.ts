// Whether anything runs whose log can be followed, and if not why, in the cluster's word. Pure.
import type { Dependant } from './dependants'
import { containerNames, list, obj, text, type Obj } from './read'

/** Of a pod's container, or of its first one, whose log is shown where none is chosen. */
export function stoppedBecause(pod: Obj, container: string | undefined): string | null {
  const name = container ?? containerNames(pod)[0]
  const statuses = [...list(pod, 'status', 'containerStatuses'), ...list(pod, 'status', 'initContainerStatuses')]
  const [state, detail] = Object.entries(obj(statuses.find((status) => status.name === name), 'state'))[0] ?? []
  if (state === 'running') return null
  return text(detail, 'reason') ?? state ?? text(pod, 'status', 'phase') ?? null
}

const RUNS = /^(running|notready)/i

/** Of several pods, by the state that is told of each; one of which none is told may run. */
export const stoppedPods = (pods: readonly Dependant[]): ReadonlyMap<string, string> =>
  new Map(pods.filter(({ state }) => state !== '' && !RUNS.test(state)).map(({ object, state }) => [object.name, state]))
