// Two tellings of one turn or of one conversation, made one: what is newer wins, whichever came first. Pure. A turn only
// grows until it ends, in parts or in the text of its last, so the longer of two is the newer; nothing is shown twice and
// nothing is taken back.
import type { Turn } from '@/api/types'
import { isOlderPart } from '@/stream/turns'

export interface Turns {
  items: Turn[]
  continue?: string
}

export function newerTurn(known: Turn, told: Turn): Turn {
  if (known.ended_at !== null && told.ended_at === null) return known
  if (told.ended_at !== null && known.ended_at === null) return told
  if (told.parts.length !== known.parts.length) return told.parts.length < known.parts.length ? known : told
  const last = told.parts.at(-1)
  const before = known.parts.at(-1)
  return last !== undefined && before !== undefined && isOlderPart(last, before) ? known : told
}

/** A list read anew, under what the stream told meanwhile. */
export function mergeTurns(known: Turns | undefined, read: Turns): Turns {
  if (known === undefined) return read
  const before = new Map(known.items.map((turn) => [turn.id, turn]))
  return { ...read, items: read.items.map((turn) => pick(before.get(turn.id), turn)) }
}

const pick = (known: Turn | undefined, told: Turn): Turn => (known === undefined ? told : newerTurn(known, told))

export function replaceTurn(known: Turns, turn: Turn): Turns {
  return { ...known, items: known.items.map((each) => (each.id === turn.id ? newerTurn(each, turn) : each)) }
}
