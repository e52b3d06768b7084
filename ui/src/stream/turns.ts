// A turn as it comes: parts by position, then its end. Pure. A delta puts its parts in place of those that stand there: the last
// text grows. A delta that leaves a hole, or whose parts are too long for the stream, changes nothing and asks for the turn to
// be read; one that tells less than is known already is older than what was read, and is dropped: nothing is taken back.
import type { Turn, TurnPart } from '@/api/types'
import type { TurnDelta, TurnStatus } from './events'

export interface Reduced<T> {
  value: T
  /** What was told can't be told from what is known: read it again. */
  mustRead: boolean
}

export function applyTurnDelta(turn: Turn, delta: TurnDelta): Reduced<Turn> {
  if (delta.turn !== turn.id) return { value: turn, mustRead: false }
  const known = turn.parts.length
  if (delta.too_long || delta.from > known) return { value: turn, mustRead: true }
  if (delta.from + delta.parts.length < known) return { value: turn, mustRead: false }
  const parts = [...turn.parts.slice(0, delta.from), ...delta.parts.map((told, at) => newerPart(turn.parts[delta.from + at], told))]
  return { value: delta.parts.length === 0 ? turn : { ...turn, parts }, mustRead: false }
}

const newerPart = (known: TurnPart | undefined, told: TurnPart): TurnPart => (known !== undefined && isOlderPart(told, known) ? known : told)

/** Whether a telling of a part is older than the one that is known: it grows still where the other is whole or longer. */
export function isOlderPart(told: TurnPart, known: TurnPart): boolean {
  if (told.partial !== true) return false
  const [before, text] = [known.text ?? '', told.text ?? '']
  return known.partial !== true || (before.length > text.length && before.startsWith(text))
}

export function applyTurnStatus(turn: Turn, status: TurnStatus): Reduced<Turn> {
  if (status.turn !== turn.id) return { value: turn, mustRead: false }
  const value = { ...turn, state: status.state, cancel_requested: status.cancel_requested }
  return { value, mustRead: status.parts !== turn.parts.length || (status.state !== 'working' && turn.ended_at === null) }
}
