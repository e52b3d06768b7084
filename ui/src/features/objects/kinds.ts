// Orders the kinds of a cluster: what one looks at most first, then by group; of several versions one. Pure.
import type { components } from '@/api/schema'
import { gvrOf } from '@/ui/object-ref'

export type Kind = components['schemas']['Kind']

const COMMON = [
  'pods', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch', 'services', 'ingresses.networking.k8s.io',
  'configmaps', 'secrets', 'persistentvolumeclaims', 'horizontalpodautoscalers.autoscaling', 'nodes', 'namespaces', 'events',
]

/** Kinds that can be listed, each once whatever clusters and versions serve it. */
export function listable(kinds: readonly Kind[]): Kind[] {
  const first = new Map<string, Kind>()
  for (const kind of kinds) if (kind.verbs.includes('list') && !first.has(gvrOf(kind))) first.set(gvrOf(kind), kind)
  return [...first.values()]
}

const groupName = ({ group }: Kind): string => group || 'core'

const fits = ({ kind, plural, group, short_names }: Kind, q: string): boolean =>
  [kind, plural, group, ...short_names].some((each) => each.toLowerCase().includes(q))

export interface KindGroup {
  /** The API group; empty for the most used. */
  name: string
  kinds: Kind[]
}

export function grouped(kinds: readonly Kind[], q: string): KindGroup[] {
  const text = q.trim().toLowerCase()
  const fitting = text === '' ? kinds : kinds.filter((kind) => fits(kind, text))
  const common = COMMON.flatMap((gvr) => fitting.find((kind) => gvrOf(kind) === gvr) ?? [])
  const others = fitting.filter((kind) => !common.includes(kind))
  const names = [...new Set(others.map(groupName))].sort((a, b) => a.localeCompare(b))
  const groups = names.map((name) => ({ name, kinds: others.filter((kind) => groupName(kind) === name) }))
  return [...(common.length > 0 ? [{ name: '', kinds: common }] : []), ...groups]
}
