// Which of the eight states a page is in. Pure, so that the order of precedence is written, and tested, once:
// what is known is shown even when the newest read failed; only a page with nothing to show says why it has nothing.
import { toProblem, type Problem } from '@/api/problem'
import type { StreamState } from '@/stream/hub'

/** As much of a query's result as decides the state. */
export interface Asked<T> {
  data: T | undefined
  error: unknown
  isPending: boolean
  isFetching: boolean
  refetch: () => unknown
}

/** A part that could not be read: a chip each. */
export interface Failure {
  name: string
  why: string
}

export type Body<T> =
  | { kind: 'loading' }
  | { kind: 'offline'; problem: Problem }
  | { kind: 'forbidden'; problem: Problem }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'empty-first'; data: T }
  | { kind: 'empty-filtered'; data: T }
  | { kind: 'ready'; data: T }

export interface Facts<T> {
  isEmpty: (data: T) => boolean
  filtered: boolean
}

export function bodyOf<T>(asked: Asked<T>, facts: Facts<T>): Body<T> {
  if (asked.data !== undefined) {
    if (!facts.isEmpty(asked.data)) return { kind: 'ready', data: asked.data }
    return { kind: facts.filtered ? 'empty-filtered' : 'empty-first', data: asked.data }
  }
  if (asked.error == null) return { kind: 'loading' }
  const problem = toProblem(asked.error)
  if (problem.code === 'host-unreachable') return { kind: 'offline', problem }
  return { kind: problem.isForbidden ? 'forbidden' : 'failed', problem }
}

/** What a read came to so far. */
export type ReadSoFar = Pick<Asked<unknown>, 'data' | 'error'>

/** Since when what is shown may be old: the stream was lost, or the newest read failed over older data. */
export function staleOf({ data, error }: ReadSoFar, stream: StreamState): { since: number | null } | null {
  if (stream.state === 'stale' || stream.state === 'offline') return { since: stream.since }
  return data !== undefined && error != null ? { since: null } : null
}
