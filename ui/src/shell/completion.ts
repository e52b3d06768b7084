// Puts a completion into the sentence. The host counts bytes of UTF-8, the field counts UTF-16: both are kept apart here.
import type { Completion } from '@/api/types'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The field's cursor, as bytes of the text. */
export const byteCursor = (text: string, cursor: number): number => encoder.encode(text.slice(0, cursor)).length

export interface Completed {
  text: string
  cursor: number
}

/** The sentence with `word` in the completed range, and a space after it to go on. */
export function complete(text: string, range: Pick<Completion, 'start' | 'end'>, word: string): Completed {
  const bytes = encoder.encode(text)
  const before = decoder.decode(bytes.slice(0, range.start))
  const after = decoder.decode(bytes.slice(range.end)).replace(/^ /, '')
  return { text: `${before}${word} ${after}`, cursor: before.length + word.length + 1 }
}
