// Which parameters of an operation can be changed in place. Pure. Anything else is asked for anew, in words.
import type { Operation, Plan } from '@/api/types'

export interface Parameter {
  field: string
  kind: 'number' | 'text'
  value: string
}

const FIELDS: Record<string, readonly { field: string; kind: Parameter['kind'] }[]> = {
  scale: [{ field: 'replicas', kind: 'number' }],
  'set-image': [{ field: 'image', kind: 'text' }],
  autoscale: [{ field: 'min', kind: 'number' }, { field: 'max', kind: 'number' }, { field: 'cpu_percent', kind: 'number' }],
  expose: [{ field: 'port', kind: 'number' }],
}

/** A plan shows its operations as they were asked; their description is that of a request. */
export type Asked = Record<string, unknown>

export const parametersOf = (asked: Asked): Parameter[] =>
  (FIELDS[String(asked.op)] ?? []).flatMap(({ field, kind }) => {
    const value = asked[field]
    return value === undefined || value === null ? [] : [{ field, kind, value: String(value) }]
  })

/** Whether anything of a plan can be changed in place. */
export const isEditable = (plan: Pick<Plan, 'operations'>): boolean => (plan.operations as Asked[]).some((each) => parametersOf(each).length > 0)

export function targetOf(asked: Asked): string {
  const target = (asked.target ?? {}) as { kind?: string; namespace?: string; name?: string }
  const name = target.namespace === undefined ? target.name : `${target.namespace}/${target.name}`
  return [target.kind, name].filter(Boolean).join(' ')
}

/** The operation with other parameters, or null where one doesn't read. */
export function withParameters(asked: Asked, values: Readonly<Record<string, string>>): Operation | null {
  const changed: Asked = { ...asked }
  for (const { field, kind } of parametersOf(asked)) {
    const text = values[field]?.trim()
    if (text === undefined) continue
    if (kind === 'number' && !/^\d{1,9}$/.test(text)) return null
    if (text === '') return null
    changed[field] = kind === 'number' ? Number(text) : text
  }
  return changed as unknown as Operation
}
