// Words that come into the prompt from elsewhere on the page: a reference to what was clicked, a sentence to be edited. The
// prompt that is shown takes them; nothing is sent by this, and nothing is kept.

export interface Words {
  text: string
  /** Put where the cursor is, or in place of everything. */
  how: 'insert' | 'replace'
}

type Taker = (words: Words) => void

const takers = new Set<Taker>()

export function takeWords(taker: Taker): () => void {
  takers.add(taker)
  return () => void takers.delete(taker)
}

export function putWords(words: Words): void {
  for (const taker of takers) taker(words)
}

/** The prompt's text with the words in it, set apart by single spaces, and the cursor behind them. */
export function withWords(text: string, cursor: number, { text: words, how }: Words): { text: string; cursor: number } {
  if (how === 'replace') return { text: words, cursor: words.length }
  const before = text.slice(0, cursor).trimEnd()
  const after = text.slice(cursor).trimStart()
  const upTo = before === '' ? words : `${before} ${words}`
  return after === '' ? { text: `${upTo} `, cursor: upTo.length + 1 } : { text: `${upTo} ${after}`, cursor: upTo.length }
}
