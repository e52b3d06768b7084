// Objects as one says them in a sentence, and as the API addresses them. Pure. A reference always names the place, so that
// the sentence means the same in every conversation.
import type { ObjectAt } from '@/api/keys'
import type { ObjectRef } from '@/api/types'
import { gvrOf } from '@/ui/object-ref'

/** Groups whose kinds the grammar knows by their plain name; any other kind is said by its full one. */
const PLAIN_GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'storage.k8s.io', 'rbac.authorization.k8s.io'])

/** `deployment web in shop`. */
export function referenceOf({ name, namespace, type }: ObjectRef): string {
  const kind = PLAIN_GROUPS.has(type.group) ? type.kind.toLowerCase() : gvrOf(type)
  return inPlace(`${kind} ${name}`, namespace)
}

/** `Deployment shop/web`, as events and evidence name what they are about. Null where it is no such name. */
export function referenceInText(text: string): string | null {
  const found = /^([A-Z][A-Za-z]+) (?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9.-]*)$/.exec(text)
  if (found === null) return null
  const [, kind = '', namespace, name = ''] = found
  return inPlace(`${kind.toLowerCase()} ${name}`, namespace)
}

export const podReference = (namespace: string, pod: string): string => inPlace(`pod ${pod}`, namespace)

const inPlace = (what: string, namespace: string | undefined): string => (namespace ? `${what} in ${namespace}` : what)

/** Where the API has an object. */
export function objectAt(cluster: string, { name, namespace, type }: ObjectRef): ObjectAt {
  return { cluster, gvr: gvrOf(type), namespace: namespace || '-', name }
}
