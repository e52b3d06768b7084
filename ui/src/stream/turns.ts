// A turn as it comes: parts by position, then its end. Pure. A delta that leaves a hole, or whose parts are too long for the
// stream, changes nothing and asks for the turn to be read.
import type { Turn } from '@/api/types'
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
  const fresh = delta.parts.slice(known - delta.from)
  return { value: fresh.length === 0 ? turn : { ...turn, parts: [...turn.parts, ...fresh] }, mustRead: false }
}

export function applyTurnStatus(turn: Turn, status: TurnStatus): Reduced<Turn> {
  if (status.turn !== turn.id) return { value: turn, mustRead: false }
  const value = { ...turn, state: status.state, cancel_requested: status.cancel_requested }
  return { value, mustRead: status.parts !== turn.parts.length || (status.state !== 'working' && turn.ended_at === null) }
}
