// What a plan touches, gathered for a picture: what is written at one side, what that reaches at the other, by kind and by
// the way it is reached. Pure and capped; the list beside the picture holds every object.
import type { Touched, Why } from './shapes'

export interface TouchedGroup {
  why: Why
  kind: string
  count: number
  /** The first names, `namespace/name`. */
  names: string[]
}

export interface Picture {
  targets: string[]
  targetsMore: number
  groups: TouchedGroup[]
  groupsMore: number
}

export const TARGETS_MAX = 6
export const GROUPS_MAX = 8
const NAMES_MAX = 2

export const nameOf = ({ object }: Pick<Touched, 'object'>): string =>
  object.namespace === undefined || object.namespace === '' ? object.name : `${object.namespace}/${object.name}`

export function pictureOf(touched: readonly Touched[]): Picture {
  const written = touched.filter((each) => each.why === 'written').map((each) => `${each.object.type.kind} ${nameOf(each)}`)
  const groups = new Map<string, TouchedGroup>()
  for (const each of touched) {
    if (each.why === 'written') continue
    const key = `${each.why} ${each.object.type.kind}`
    const known = groups.get(key) ?? { why: each.why, kind: each.object.type.kind, count: 0, names: [] }
    known.count += 1
    if (known.names.length < NAMES_MAX) known.names.push(nameOf(each))
    groups.set(key, known)
  }
  const all = [...groups.values()].sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind))
  return {
    targets: written.slice(0, TARGETS_MAX),
    targetsMore: Math.max(0, written.length - TARGETS_MAX),
    groups: all.slice(0, GROUPS_MAX),
    groupsMore: Math.max(0, all.length - GROUPS_MAX),
  }
}
