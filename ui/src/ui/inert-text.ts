// Untrusted text (logs, objects, model answers) cut into pieces that can't act: ANSI sequences, control characters,
// direction marks and zero-width characters become visible marks. Pure; makes no links and no markup.

export type InertPiece = { kind: 'text'; text: string } | { kind: 'mark'; text: string; what: 'ansi' | 'control' | 'bidi' | 'invisible' }

/** CSI, OSC and two-character escapes, whole, so that their harmless-looking tails don't stay behind as text. */
const ANSI = String.raw`\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_]|\u009b[0-?]*[ -/]*[@-~]`
const CONTROL = String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`
const BIDI = String.raw`[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]`
const INVISIBLE = String.raw`[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]`
const UNSAFE = new RegExp(`(?<ansi>${ANSI})|(?<control>${CONTROL})|(?<bidi>${BIDI})|(?<invisible>${INVISIBLE})`, 'gu')

const ANY_UNSAFE = new RegExp(UNSAFE.source, 'u')

/** Nothing in it acts or hides: it is shown as it stands, as nearly every text is. */
export const isHarmless = (text: string): boolean => !ANY_UNSAFE.test(text)

/** One character that acts or hides, for those who draw text themselves. */
export const MARKED_CHAR = new RegExp(`${CONTROL}|${BIDI}|${INVISIBLE}`, 'gu')

export const codePoint = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

export function inertPieces(text: string): InertPiece[] {
  const pieces: InertPiece[] = []
  let from = 0
  for (const found of text.matchAll(UNSAFE)) {
    if (found.index > from) pieces.push({ kind: 'text', text: text.slice(from, found.index) })
    pieces.push(mark(found))
    from = found.index + found[0].length
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

function mark(found: RegExpExecArray): InertPiece {
  const [raw] = found
  const { ansi, control, bidi } = found.groups ?? {}
  if (ansi !== undefined) return { kind: 'mark', what: 'ansi', text: `ESC${raw.slice(1).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, codePoint)}` }
  if (control !== undefined) return { kind: 'mark', what: 'control', text: codePoint(raw) }
  return { kind: 'mark', what: bidi === undefined ? 'invisible' : 'bidi', text: codePoint(raw) }
}

/** The same where only text can stand: a title, a label. */
export const inertText = (text: string): string => (isHarmless(text) ? text : inertPieces(text).map((piece) => piece.text).join(''))
