// What is said aloud of a turn: of a text that grows, each sentence once it is whole; at the end what was not said yet, or the
// turn's last words. Pure; the words around it come from the catalogue. A long answer is begun aloud and read by oneself.
import type { Turn } from '@/api/types'

export const SPOKEN_CHARS_MAX = 300

/** How far a turn was said: up to which character of which part. */
export interface Said {
  part: number
  to: number
}

export const NOTHING_SAID: Said = { part: -1, to: 0 }

export interface Spoken {
  words: string
  said: Said
}

const SENTENCE = /[.!?…](?=\s)|\n/g

/** Whole sentences of the growing text that were not said yet, or nothing. */
export function nextWords(turn: Turn, said: Said): Spoken | null {
  const part = turn.parts.findLastIndex(({ partial }) => partial === true)
  const text = turn.parts[part]?.text ?? ''
  const from = part === said.part ? said.to : 0
  if (from >= SPOKEN_CHARS_MAX) return null
  const to = [...text.matchAll(SENTENCE)].reduce((end, { index }) => Math.max(end, index + 1), 0)
  const words = to > from ? text.slice(from, to).trim() : ''
  return words === '' ? null : { words, said: { part, to } }
}

/** The turn's own last words, or nothing where only data came or all of them were said. */
export function lastWords(turn: Turn, said: Said = NOTHING_SAID): string {
  const at = turn.parts.findLastIndex(({ text, problem }) => text || problem)
  const part = turn.parts[at]
  const words = part?.problem?.detail ?? part?.text?.slice(at === said.part ? said.to : 0).trim() ?? ''
  if (at === said.part && said.to >= SPOKEN_CHARS_MAX) return ''
  return words.length > SPOKEN_CHARS_MAX ? `${words.slice(0, SPOKEN_CHARS_MAX)}…` : words
}
