// What is said aloud when a turn has ended: one sentence, once. Pure; the words around it come from the catalogue.
import type { Turn } from '@/api/types'

const SPOKEN_CHARS_MAX = 300

/** The turn's own last words, or nothing where only data came. */
export function lastWords(turn: Turn): string {
  const part = turn.parts.findLast(({ text, problem }) => text || problem)
  const words = part?.problem?.detail ?? part?.text ?? ''
  return words.length > SPOKEN_CHARS_MAX ? `${words.slice(0, SPOKEN_CHARS_MAX)}…` : words
}
