// Two edits of one text made one, by lines: what only one side changed is taken, what both changed alike is taken once, and
// where they differ mine stays and the place is told. Pure. It knows lines, not YAML: the host compares fields afterwards.
import { Chunk } from '@codemirror/merge'
import { Text } from '@codemirror/state'

export interface Merged {
  text: string
  /** Lines of the text, from 1, where both sides changed the same and mine was kept. */
  clashes: number[]
}

/** Lines `from` up to `to` of the base became these. */
interface Hunk {
  from: number
  to: number
  lines: readonly string[]
}

/** Far beyond any manifest's edits; past it the comparison gets coarse, never wrong. */
const PRECISION = { scanLimit: 5_000, timeout: 500 }

function hunksOf(base: readonly string[], other: readonly string[]): Hunk[] {
  const lineAt = (lines: readonly string[]) => {
    const starts = lines.map(() => 0)
    lines.forEach((line, at) => { starts[at + 1] = (starts[at] ?? 0) + line.length + 1 })
    return (position: number) => starts.findLastIndex((start) => start <= position)
  }
  const [inBase, inOther] = [lineAt(base), lineAt(other)]
  return Chunk.build(Text.of(base), Text.of(other), PRECISION).map(({ fromA, toA, fromB, toB }) =>
    trimmed(base, { from: inBase(fromA), to: inBase(toA), lines: other.slice(inOther(fromB), inOther(toB)) }))
}

/** Without the lines at its edges that are the same on both sides: a chunk may begin at a line whose end alone changed. */
function trimmed(base: readonly string[], { from, to, lines }: Hunk): Hunk {
  let [first, last] = [0, 0]
  const length = Math.min(to - from, lines.length)
  while (first < length && base[from + first] === lines[first]) first++
  while (last < length - first && base[to - 1 - last] === lines.at(-1 - last)) last++
  return { from: from + first, to: to - last, lines: lines.slice(first, lines.length - last) }
}

const isEmpty = ({ from, to }: Hunk): boolean => from === to

/** Two changes meet where they share a line, or where one puts lines in at the other's edge. */
const meet = (a: Hunk, b: Hunk): boolean =>
  isEmpty(a) || isEmpty(b) ? a.from <= b.to && b.from <= a.to : a.from < b.to && b.from < a.to

/** One side's lines in place of the base's, between two lines of the base. */
function version(base: readonly string[], hunks: readonly Hunk[], from: number, to: number): string[] {
  const lines: string[] = []
  let at = from
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.from), ...hunk.lines)
    at = hunk.to
  }
  return [...lines, ...base.slice(at, to)]
}

interface Region {
  from: number
  to: number
  mine: Hunk[]
  theirs: Hunk[]
}

function regionsOf(mine: readonly Hunk[], theirs: readonly Hunk[]): Region[] {
  const all = [...mine.map((hunk) => ({ hunk, isMine: true })), ...theirs.map((hunk) => ({ hunk, isMine: false }))]
  const regions: Region[] = []
  for (const { hunk, isMine } of all.sort((a, b) => a.hunk.from - b.hunk.from || a.hunk.to - b.hunk.to)) {
    const last = regions.at(-1)
    const joins = last !== undefined && (isMine ? last.theirs : last.mine).some((other) => meet(hunk, other))
    if (last !== undefined && joins) last.to = Math.max(last.to, hunk.to)
    const region = last !== undefined && joins ? last : { from: hunk.from, to: hunk.to, mine: [], theirs: [] }
    region[isMine ? 'mine' : 'theirs'].push(hunk)
    if (region !== last) regions.push(region)
  }
  return regions
}

export function mergeLines(baseText: string, mineText: string, theirText: string): Merged {
  const base = baseText.split('\n')
  const lines: string[] = []
  const clashes: number[] = []
  let at = 0
  for (const { from, to, mine, theirs } of regionsOf(hunksOf(base, mineText.split('\n')), hunksOf(base, theirText.split('\n')))) {
    lines.push(...base.slice(at, from))
    const [own, other] = [version(base, mine, from, to), version(base, theirs, from, to)]
    if (mine.length > 0 && theirs.length > 0 && own.join('\n') !== other.join('\n')) clashes.push(lines.length + 1)
    lines.push(...(mine.length > 0 ? own : other))
    at = to
  }
  return { text: [...lines, ...base.slice(at)].join('\n'), clashes }
}
