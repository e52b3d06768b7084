// Reads values out of an object of unknown shape, by path. Pure; what isn't there or is of another kind is absent.

export type Obj = Record<string, unknown>

const isObj = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value)

export function at(object: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObj(value) ? value[key] : undefined), object)
}

export const obj = (object: unknown, ...path: string[]): Obj => {
  const value = at(object, ...path)
  return isObj(value) ? value : {}
}

export const list = (object: unknown, ...path: string[]): Obj[] => {
  const value = at(object, ...path)
  return Array.isArray(value) ? value.filter(isObj) : []
}

export function text(object: unknown, ...path: string[]): string | undefined {
  const value = at(object, ...path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** The pod template of a workload, the pod itself, or nothing. */
export function podSpec(object: Obj): Obj {
  if (object.kind === 'Pod') return obj(object, 'spec')
  const job = obj(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
  return Object.keys(job).length > 0 ? job : obj(object, 'spec', 'template', 'spec')
}

export const containerNames = (object: Obj): string[] =>
  [...list(podSpec(object), 'containers'), ...list(podSpec(object), 'initContainers')].flatMap((each) => text(each, 'name') ?? [])
