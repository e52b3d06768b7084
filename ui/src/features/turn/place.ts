// A part's address: `u-1b3c38f02a4d.2`, as the URL has it in `at`. Pure.
import type { Turn } from '@/api/types'

export interface Place {
  turn: string
  part: number
}

export const placeText = ({ turn, part }: Place): string => `${turn}.${part}`

export function readPlace(text: unknown): Place | null {
  const [, turn, part] = typeof text === 'string' ? (/^(u-[a-z0-9]+)\.(\d{1,4})$/.exec(text) ?? []) : []
  return turn === undefined ? null : { turn, part: Number(part) }
}

/** Where the evidence of that number is: the answer its call gave, or the call itself where it gave none. */
export function evidencePlace({ id, parts }: Turn, evidence: number): Place | null {
  const call = parts.findIndex((part) => part.part === 'tool' && part.evidence === evidence)
  if (call === -1) return null
  return { turn: id, part: parts[call - 1]?.part === 'answer' ? call - 1 : call }
}

const TELLS: ReadonlySet<string> = new Set(['answer', 'plan'])

/** What a conversation is about now: the newest turn's answer or plan. */
export function newestPlace(turns: readonly Turn[]): Place | null {
  for (const turn of turns.toReversed()) {
    const part = turn.parts.findIndex((each) => TELLS.has(each.part))
    if (part !== -1) return { turn: turn.id, part }
  }
  return null
}

/** The cluster a part's answer is from: the call that gave it stands right behind it and may name one. */
export function clusterOf(turn: Turn, part: number, otherwise: string): string {
  const call = turn.parts.slice(part + 1).find(({ part: kind }) => kind === 'tool')?.arguments
  return typeof call === 'object' && call !== null && 'cluster' in call && typeof call.cluster === 'string' ? call.cluster : otherwise
}
