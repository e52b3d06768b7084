// What a read found, as a turn's part carries it. Parsed here once: a kind the console doesn't know, or one of another
// shape than expected, stays as it came and is shown as JSON. Nothing here is rendered.
import type { components } from '@/api/schema'
import type { Findings, ObjectRef } from '@/api/types'

type Schemas = components['schemas']
export type Unseen = Schemas['Unseen']
export type Events = Schemas['Events']
export type Changes = Schemas['Changes']
export type ChangeRow = Schemas['ChangeRow']

export interface ReadObject {
  answer: 'object'
  object: ObjectRef
  content: unknown
}

export interface Table {
  answer: 'table'
  kind: string
  columns: string[]
  rows: { object: ObjectRef; cells: string[] }[]
  total: number
  omitted: number
  unseen: Unseen[]
}

export interface Description {
  answer: 'description'
  object: ObjectRef
  sections: { title: string; lines: { label: string; text: string }[]; omitted?: number }[]
  unseen: Unseen[]
}

export interface LogSource {
  namespace: string
  pod: string
  container: string | null
  previous: boolean
  lines: string[]
  problem?: string
}

export interface Logs {
  answer: 'logs'
  sources: LogSource[]
  omitted: number
}

export interface Listing {
  answer: 'listing'
  what: string
  columns: string[]
  rows: string[][]
  total: number
  omitted: number
  notes?: string[]
  unseen: Unseen[]
}

export interface UnknownAnswer {
  answer: 'unknown'
  value: unknown
}

export type Answer = ReadObject | Table | Description | Logs | Events | Findings | Changes | Listing | UnknownAnswer

/** The lists each kind must have for its view to be able to show it. */
const LISTS: Record<Exclude<Answer['answer'], 'unknown'>, readonly string[]> = {
  object: [],
  table: ['columns', 'rows'],
  description: ['sections'],
  logs: ['sources'],
  events: ['rows'],
  findings: ['findings', 'looked_at'],
  changes: ['rows', 'gaps'],
  listing: ['columns', 'rows'],
}

const OF_AN_OBJECT: ReadonlySet<string> = new Set(['object', 'description'])

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isKnown = (kind: unknown): kind is keyof typeof LISTS => typeof kind === 'string' && Object.hasOwn(LISTS, kind)
const isObjectRef = (value: unknown): value is ObjectRef =>
  isRecord(value) && typeof value.name === 'string' && isRecord(value.type) && typeof value.type.kind === 'string'

export function readAnswer(value: unknown): Answer {
  const unknown: UnknownAnswer = { answer: 'unknown', value }
  if (!isRecord(value) || !isKnown(value.answer)) return unknown
  if (!LISTS[value.answer].every((list) => Array.isArray(value[list]))) return unknown
  if (OF_AN_OBJECT.has(value.answer) && !isObjectRef(value.object)) return unknown
  return value as unknown as Answer
}

/** What of an answer could not be looked at. */
export const unseenOf = (answer: Answer): readonly Unseen[] => ('unseen' in answer && Array.isArray(answer.unseen) ? answer.unseen : [])
