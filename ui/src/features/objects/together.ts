// The events of an object and of what hangs on it, as one list, newest first. Pure. An object's own events come without a link,
// those of others with whose they are.
import type { components } from '@/api/schema'
import type { ObjectRef } from '@/api/types'

export type EventRow = components['schemas']['Events']['rows'][number]

export interface Told extends EventRow {
  /** Whose event it is; null where it is the object's own. */
  of: ObjectRef | null
}

/** The host has the newest last, as kubectl does. */
export function together(answers: readonly { of: ObjectRef | null; rows: readonly EventRow[] }[]): Told[] {
  const all = answers.flatMap(({ of, rows }) => rows.toReversed().map((row): Told => ({ ...row, of })))
  return all.map((row, index) => ({ row, index })).sort((a, b) => {
    if (a.row.at === b.row.at) return a.index - b.index
    if (a.row.at === null || b.row.at === null) return a.row.at === null ? 1 : -1
    return a.row.at < b.row.at ? 1 : -1
  }).map(({ row }) => row)
}
