// Which of a turn's parts belong to the findings before them. Pure. The host plans the first fixes right after the answer, in
// the order of the findings that have one: a plan each, or a note that says why it can't be planned.
import type { Findings, TurnPart } from '@/api/types'

/** The index of the part that is a finding's fix, by the finding's index. */
export type Fixes = ReadonlyMap<number, number>

const FIXES_MAX = 5

export function fixesOf(findings: Findings, parts: readonly TurnPart[], at: number): Fixes {
  const fixable = findings.findings.flatMap((finding, index) => (finding.fix ? [index] : [])).slice(0, FIXES_MAX)
  const fixes = new Map<number, number>()
  for (const [offset, finding] of fixable.entries()) {
    const part = parts[at + 1 + offset]
    if (part === undefined || (part.part !== 'plan' && part.part !== 'note')) break
    fixes.set(finding, at + 1 + offset)
  }
  return fixes
}
