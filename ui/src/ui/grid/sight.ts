// Rows of one height in a box that scrolls: which are in sight, which are made for it, and where to scroll for one. Pure.
// Pixels; the heading stays at the top of the box and takes its part of it.

export const ROWS_IN_DOM_MAX = 100
export const ROW_PX = 34
/** Under a finger, rows and heading. */
export const COARSE_PX = 44
/** A name, and two lines of what is known of it. */
export const ROW_STACKED_PX = 68
export const HEAD_PX = 36
/** Rows that are made on either side, for the next turn of the wheel. */
const BESIDE_ROWS = 8

export interface Sight {
  /** The first row in sight. */
  first: number
  /** How many there is room for, those that are partly seen included. */
  rows: number
}

/** The first and the last in sight of so many: a list that became shorter ends where the box does. */
function seen({ first, rows }: Sight, count: number): [first: number, last: number] {
  const from = Math.max(0, Math.min(first, count - rows))
  return [from, Math.min(from + rows, count) - 1]
}

export const lastSeen = (sight: Sight, count: number): number => Math.max(0, seen(sight, count)[1])

/** The rows to make, in order: those in sight and beside it, the keyboard's, and never more than the limit. */
export function rowsToMake(sight: Sight, count: number, active: number): number[] {
  const [first, last] = seen(sight, count)
  const from = Math.max(0, first - BESIDE_ROWS)
  const until = Math.min(count, last + 1 + BESIDE_ROWS, from + ROWS_IN_DOM_MAX - 1)
  const made = Array.from({ length: Math.max(0, until - from) }, (_, at) => from + at)
  if (active >= count || (active >= from && active < until)) return made
  return active < from ? [active, ...made] : [...made, active]
}

export interface Box {
  /** How high a row is in it, and its heading. */
  rowPx: number
  headPx: number
  /** How far it is scrolled. */
  top: number
  height: number
}

/** Where the box stands with this row wholly in sight, moved no further than it has to be. */
export function scrollFor(row: number, { rowPx, headPx, top, height }: Box): number {
  return Math.max((row + 1) * rowPx - (height - headPx), Math.min(top, row * rowPx))
}
