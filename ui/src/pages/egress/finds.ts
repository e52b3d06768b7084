// What was found in a text, gathered: one line for each sort, field and rule, with how often and in which lines. Pure.
import type { Redacted } from '@/api/egress'

export interface Found {
  kind: string
  field: string
  rule: string
  count: number
  /** The first lines it stands in; 0 is no line. */
  lines: number[]
}

const LINES_MAX = 5

export function gathered(finds: Redacted['finds']): Found[] {
  const by = new Map<string, Found>()
  for (const { kind, field, rule, line } of finds) {
    const key = JSON.stringify([kind, field, rule])
    const known = by.get(key) ?? { kind, field, rule, count: 0, lines: [] }
    known.count += 1
    if (line > 0 && known.lines.length < LINES_MAX && !known.lines.includes(line)) known.lines.push(line)
    by.set(key, known)
  }
  return [...by.values()].sort((a, b) => b.count - a.count)
}
