// What is wrong with an edited manifest as far as can be seen without the host: where a parser could first make nothing of it,
// and lines that were changed and still hold a mask. Pure. It is a warning: the parser is a lenient one, and the host decides.
import { yamlLanguage } from '@codemirror/lang-yaml'

/** What the host writes in the place of a secret value. */
export const MASK = '••••'

/** More would be the same one again, further down. */
const PROBLEMS_MAX = 50

export interface TextProblem {
  what: 'syntax' | 'mask'
  /** Where the line begins and ends, as positions in the text. */
  from: number
  to: number
  /** Counted from 1. */
  line: number
}

interface Line {
  from: number
  text: string
}

export function problemsOf(base: string, wanted: string): TextProblem[] {
  const lines = linesOf(wanted)
  const problem = (what: TextProblem['what'], at: number): TextProblem => {
    const { from = 0, text = '' } = lines[at] ?? {}
    return { what, from: from + text.length - text.trimStart().length, to: from + text.length, line: at + 1 }
  }
  const found = [
    ...brokenLine(wanted, lines).map((at) => problem('syntax', at)),
    ...changedMasks(base, lines).map((at) => problem('mask', at)),
  ]
  return found.sort((a, b) => a.line - b.line).slice(0, PROBLEMS_MAX)
}

function linesOf(text: string): Line[] {
  let from = 0
  return text.split('\n').map((line) => {
    const at = { from, text: line }
    from += line.length + 1
    return at
  })
}

/** The first only: what stands after it is read askew, and would be told of without being wrong. */
function brokenLine(text: string, lines: readonly Line[]): number[] {
  let at: number | null = null
  yamlLanguage.parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (!type.isError || at !== null) return
      const line = lines.findLastIndex((each) => each.from <= from)
      // An error at an empty line is about what was left open before it.
      at = lines[line]?.text.trim() === '' ? Math.max(0, line - 1) : line
    },
  })
  return at === null ? [] : [at]
}

/** A line that stands in the base as it is, as often, was not changed, wherever it stands now. */
function changedMasks(base: string, lines: readonly Line[]): number[] {
  const known = new Map<string, number>()
  for (const line of base.split('\n')) if (line.includes(MASK)) known.set(line, (known.get(line) ?? 0) + 1)
  return lines.flatMap(({ text }, at) => {
    if (!text.includes(MASK)) return []
    const left = known.get(text) ?? 0
    known.set(text, left - 1)
    return left > 0 ? [] : [at]
  })
}
