// Where in a masked text something was taken out: marks (`••••`, alone or with a class of its length) and placeholders that can
// be put back (`[[secret:…]]`). Pure.

export interface Piece {
  text: string
  masked: boolean
}

const MARK = /\[\[secret:[^\]\n]{1,120}\]\]|••••(?:\s?\([^)\n]{1,40}\))?/g

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const { 0: mark, index } of text.matchAll(MARK)) {
    if (index > from) pieces.push({ text: text.slice(from, index), masked: false })
    pieces.push({ text: mark, masked: true })
    from = index + mark.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), masked: false })
  return pieces
}
