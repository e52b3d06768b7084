// Which of a namespace's findings are about an object: those of itself, and those of what hangs on it. Pure.
import type { Finding, ObjectRef } from '@/api/types'
import type { ObjectAt } from '@/api/keys'
import { objectPath } from '@/ui/object-ref'
import type { Dependant } from './dependants'

const idOf = (cluster: string, object: ObjectRef): string => {
  const { gvr, namespace, name } = objectPath(cluster, object)
  return `${gvr} ${namespace} ${name}`
}

export function findingsAbout(at: ObjectAt, findings: readonly Finding[], dependants: readonly Dependant[]): Finding[] {
  const about = new Set([`${at.gvr} ${at.namespace} ${at.name}`, ...dependants.map(({ object }) => idOf(at.cluster, object))])
  return findings.filter(({ object }) => about.has(idOf(at.cluster, object)))
}
