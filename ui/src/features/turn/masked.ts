// How much of a turn was masked before it was kept. Pure. The host puts one mark in each secret's place.
import type { Turn } from '@/api/types'

const MARK = /••••/g

/** Whether a sentence was kept with a mask in it, so that it can't be said again as it stands. */
export const isMasked = (sentence: string): boolean => sentence.search(MARK) !== -1

/** Tool calls repeat what stands in the sentence and the answer; they are not counted again. */
export function maskedIn(turn: Turn): number {
  const said = turn.parts.filter(({ part }) => part !== 'tool').map((part) => JSON.stringify(part))
  return [turn.sentence, ...said].reduce((sum, text) => sum + [...text.matchAll(MARK)].length, 0)
}
