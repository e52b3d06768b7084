// A change of fields as lines with signs, the way people read a diff. Pure; nothing is coloured or cut here.
import type { FieldChange } from './shapes'

export interface DiffLine {
  sign: '-' | '+'
  text: string
  /** The path stands on the first line of a value only. */
  path: string | null
}

/** A value as people write it: text bare, structures as indented JSON. */
export function valueLines(value: unknown): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (text ?? '').replace(/\n$/, '').split('\n')
}

const lines = (sign: '-' | '+', path: string, value: unknown): DiffLine[] =>
  value === null || value === undefined ? [] : valueLines(value).map((text, index) => ({ sign, text, path: index === 0 ? path : null }))

export const diffLines = (changes: readonly FieldChange[]): DiffLine[] =>
  changes.flatMap(({ path, before, after }) => [...lines('-', path, before), ...lines('+', path, after)])
