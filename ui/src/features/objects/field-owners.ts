// Fields that another field manager holds, as the host tells of them: in a sentence of a plan's radius where it will put back
// what is changed, and in the refusal of a write that may not take a field from its owner. Both name fields in words, so words
// are read here; what doesn't read so is left to be shown as it came. Pure.
import type { Plan } from '@/api/types'
import type { Problem } from '@/api/problem'

export interface FieldOwner {
  manager: string
  field: string
  /** Fields of the same manager that are counted and not named. */
  more: number
}

/** host/core/src/radius/managers.rs */
const APPLIES = /^(.+) applies (\S+)(?: and (\d+) more)? of .+ too, and puts it back when it applies again$/
/** host/cluster/src/status.rs */
const OWN = /: other managers own (.+?)(?: and (\d+) more)?$/
const EACH = /(\S+) \(([^()]+)\)/g

export const ownersIn = (plan: Pick<Plan, 'parts'>): FieldOwner[] =>
  plan.parts.flatMap(({ radius }) => radius.sentences).flatMap((sentence) => {
    const [, manager, field, more] = APPLIES.exec(sentence) ?? []
    return manager === undefined || field === undefined ? [] : [{ manager, field, more: Number(more ?? 0) }]
  })

export function ownersOf({ code, detail }: Pick<Problem, 'code' | 'detail'>): FieldOwner[] {
  const [, list, more] = (code === 'field-conflict' ? OWN.exec(detail) : null) ?? []
  const owners = [...(list ?? '').matchAll(EACH)].map(([, field = '', manager = '']): FieldOwner => ({ field, manager, more: 0 }))
  return owners.map((owner, index) => (index === owners.length - 1 ? { ...owner, more: Number(more ?? 0) } : owner))
}

/** The text with one field's line as it was, and which line that is. Null where it is no single line of its own. */
export function takenBack(base: string, text: string, field: string): { text: string; line: number } | null {
  const key = /([\w./-]+)\]?$/.exec(field)?.[1]?.split('.').at(-1)
  if (key === undefined) return null
  const [was, is] = [base.split('\n'), text.split('\n')]
  const says = (line: string) => line.trimStart().replace(/^- /, '').replace(/^["']/, '').startsWith(`${key}:`)
  const [before, ...otherBefore] = was.filter((line) => says(line) && !is.includes(line))
  const [now, ...otherNow] = is.flatMap((line, at) => (says(line) && !was.includes(line) ? [at] : []))
  if (before === undefined || now === undefined || otherBefore.length + otherNow.length > 0) return null
  return { text: is.with(now, before).join('\n'), line: now + 1 }
}
