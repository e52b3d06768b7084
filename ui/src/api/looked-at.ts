// Which clusters are asked what is broken: those that are chosen, or all there are. Pure. The host answers for one cluster at a
// time, so each is a request of its own, and there is a limit to how many are asked at once.

/** Most clusters asked at once; the others are named as not looked at. public/first.js asks for no more than these either. */
export const LOOKED_AT_MAX = 12

export interface LookedAt {
  asked: readonly string[]
  /** In the scope, but beyond the limit. */
  beyond: readonly string[]
}

export function lookedAt(chosen: readonly string[], configured: readonly string[]): LookedAt {
  const all = chosen.length > 0 ? chosen : configured
  return { asked: all.slice(0, LOOKED_AT_MAX), beyond: all.slice(LOOKED_AT_MAX) }
}
