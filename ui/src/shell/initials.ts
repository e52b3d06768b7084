// The letters that stand for a person where there is no room for the name. Pure.

const LETTERS_MAX = 2

/** The first letters of a name's first and last word, or of an address before its @. Nothing while there is no name. */
export function initials(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((word) => [...(word ?? '')][0] ?? '').join('').slice(0, LETTERS_MAX).toUpperCase()
}
