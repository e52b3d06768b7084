// The prompt as a palette: what a text means besides a sentence. The console's places, one's clusters, what the shell itself
// can do, one's conversations. What the host completes goes before all of it. Pure: what there is comes as arguments.
import type { Section } from './sections'

/** Shorter texts begin too many words. Characters. */
export const MEANT_CHARS_MIN = 2
/** Conversations that are offered, and clusters, each. */
export const MEANT_MAX = 3

export interface Place {
  kind: 'place'
  to: Section['to']
  /** Its name. */
  text: string
  /** The keys that go there. */
  detail: string
}

export interface MeantCluster {
  kind: 'cluster'
  text: string
  detail: string
}

export interface MeantThread {
  kind: 'thread'
  id: string
  /** Its title. */
  text: string
  /** Where it is about. */
  detail: string
}

export type Does = 'keys' | 'link' | 'dark' | 'light' | 'auto' | 'out'

export interface Action {
  kind: 'action'
  does: Does
  text: string
  detail: string
}

export type Meant = Place | MeantCluster | MeantThread | Action

export const KINDS: ReadonlySet<string> = new Set<Meant['kind']>(['place', 'cluster', 'thread', 'action'])
export const isMeant = (item: { kind: string }): item is Meant => KINDS.has(item.kind)

export interface There {
  places: readonly Place[]
  actions: readonly Action[]
  clusters: readonly string[]
  threads: readonly { id: string; title: string; cluster: string; namespace: string }[]
}

export const hasMeaning = (text: string): boolean => text.trim().length >= MEANT_CHARS_MIN

/** What of all there is has a word that this text begins, or several. */
export function meantBy(text: string, { places, actions, clusters, threads }: There): Meant[] {
  if (!hasMeaning(text)) return []
  const wanted = ` ${text.trim().toLowerCase()}`
  const begins = (name: string) => ` ${name.toLowerCase()}`.includes(wanted)
  return [
    ...places.filter((one) => begins(one.text)),
    ...clusters.filter(begins).slice(0, MEANT_MAX).map((name): MeantCluster => ({ kind: 'cluster', text: name, detail: '' })),
    ...actions.filter((one) => begins(one.text)),
    ...threads.filter(({ title }) => begins(title)).slice(0, MEANT_MAX)
      .map(({ id, title, cluster, namespace }): MeantThread => ({ kind: 'thread', id, text: title, detail: `${cluster}/${namespace}` })),
  ]
}
