// What a turn that asks back lets one choose from, and the sentence each choice says. Pure. The host asks in words: a
// numbered list answered by its number, or a "did you mean" answered by the sentence with the name put right.
import type { Turn } from '@/api/types'

export interface Candidate {
  label: string
  /** The sentence that choosing it sends. */
  says: string
}

const CHOICES_MAX = 20

export function candidatesOf(turn: Turn): Candidate[] {
  if (turn.state !== 'asked-back') return []
  const text = turn.parts.findLast(({ part }) => part === 'text')?.text ?? turn.parts.findLast(({ part }) => part === 'problem')?.problem?.detail ?? ''
  const numbered = [...text.matchAll(/^\s*(\d+)\. (.+)$/gm)].map(([, number = '', label = '']) => ({ label: label.trim(), says: number }))
  const found = numbered.length > 1 ? numbered : meant(turn, text)
  return found.slice(0, CHOICES_MAX)
}

/** `Did you mean “Deployment shop/checkout”?`: the sentence again, with what was looked for named exactly. */
function meant(turn: Turn, text: string): Candidate[] {
  const question = /Did you mean ([^?]+)\?\s*$/.exec(text)?.[1]
  const looked = turn.parts.findLast(({ part, name }) => part === 'tool' && name === 'resolve')?.arguments
  const name = typeof looked === 'object' && looked !== null && 'name' in looked && typeof looked.name === 'string' ? looked.name : undefined
  if (question === undefined || name === undefined) return []
  return [...question.matchAll(/“([^”]+)”/g)].flatMap(([, label = '']) => {
    const path = pathOf(label)
    const says = path === null ? null : putRight(turn.sentence, name, path)
    return says === null ? [] : [{ label, says }]
  })
}

/** `shop/deployment/checkout` of `Deployment shop/checkout`. */
function pathOf(label: string): string | null {
  const [, kind = '', namespace, name = ''] = /^(\S+) (?:([^/\s]+)\/)?(\S+)$/.exec(label) ?? []
  if (name === '') return null
  return [namespace, kind.toLowerCase(), name].filter(Boolean).join('/')
}

/** The sentence with its one word `name` replaced; null when that word isn't there once, because guessing is not ours. */
function putRight(sentence: string, name: string, path: string): string | null {
  const words = sentence.split(/(\s+)/)
  const at = words.flatMap((word, index) => (word.toLowerCase() === name.toLowerCase() ? [index] : []))
  return at.length === 1 ? words.map((word, index) => (index === at[0] ? path : word)).join('') : null
}
