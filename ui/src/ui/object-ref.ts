// Names of objects as people and URLs write them. Pure.
import type { ObjectRef } from '@/api/types'

type Kinded = Pick<ObjectRef['type'], 'group' | 'version' | 'plural'>

/** `deployments.apps`, or `pods` for the core group: what `/r/:gvr` and the API take. */
export const gvrOf = ({ group, plural }: Pick<Kinded, 'group' | 'plural'>): string => (group === '' ? plural : `${plural}.${group}`)

export const objectName = ({ type, namespace, name }: ObjectRef): string => `${type.kind} ${namespace ? `${namespace}/` : ''}${name}`

/** The path parameters of an object's page. */
export const objectPath = (cluster: string, ref: ObjectRef) => ({
  gvr: gvrOf(ref.type), cluster, namespace: ref.namespace ?? '-', name: ref.name,
})
