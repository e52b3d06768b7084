// How much of a turn was masked before it was kept or sent, as the host counts it: kind, how often, in which field; never
// what. Pure. In texts one mark stands in each secret's place.
import type { Turn } from '@/api/types'

const MARK = /••••/

/** Whether a sentence was kept with a mask in it, so that it can't be said again as it stands. */
export const isMasked = (sentence: string): boolean => MARK.test(sentence)

/** A host of before told no counts. */
const told = ({ masked }: Turn) => masked ?? []

export const maskedIn = (turn: Turn): number => told(turn).reduce((sum, { count }) => sum + count, 0)

/** `2 × token, 1 × env in PASSWORD`: the host's own words, for who wants to know more. */
export const maskedWords = (turn: Turn): string =>
  told(turn).map(({ kind, count, field }) => `${count} × ${kind}${field === '' ? '' : ` in ${field}`}`).join(', ')
