import { expect, test } from 'vitest'
import { inertPieces } from './inert-text'

const shown = (text: string) => inertPieces(text).map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.what} ${piece.text}>`)).join('')

test('plain text, tabs and line breaks stay as they are', () => {
  expect(shown('über\tcafé\n日本語')).toBe('über\tcafé\n日本語')
})

test('colours and terminal titles are marks, whole', () => {
  expect(shown('\u001b[31mred\u001b[0m')).toBe('<ansi ESC[31m>red<ansi ESC[0m>')
  expect(shown('\u001b]8;;http://x\u0007link')).toBe('<ansi ESC]8;;http://xU+0007>link')
})

test('a direction override can not turn a name round', () => {
  expect(shown('gpj.\u202eexe')).toBe('gpj.<bidi U+202E>exe')
})

test('zero-width and tag characters are visible', () => {
  expect(shown('ad\u200bmin\u{e0041}')).toBe('ad<invisible U+200B>min<invisible U+E0041>')
})

test('carriage returns and other controls are visible', () => {
  expect(shown('safe\rrm')).toBe('safe<control U+000D>rm')
})
