// The states of a grid's sources as one: what can be shown, what could not be read, and whether the page has anything. Pure.
import type { Problem } from '@/api/problem'
import type { Asked, Failure } from '@/ui/states/state'
import type { SourceAt, SourceState } from './source'
import { tableOf, type Table } from './table'

export interface Combined {
  asked: Asked<Table>
  failures: Failure[]
  /** Rows that are not read yet; null while nobody knows how many. */
  unread: number | null
  isNamespaced: boolean
  kindName: string | null
  isByPage: boolean
  restarted: boolean
  /** Clusters that don't answer at the moment. */
  lost: string[]
  notLive: string[]
}

export function combine(sources: readonly SourceAt[], states: ReadonlyMap<string, SourceState>, isSplitting: boolean): Combined {
  const known = sources.flatMap((source) => states.get(source.id) ?? [])
  const read = known.filter((state) => state.problem === null && !state.isLoading)
  const failed = known.flatMap((state): [SourceState, Problem][] => (state.problem === null ? [] : [[state, state.problem]]))
  const isPending = isSplitting || known.length < sources.length || known.some((state) => state.isLoading)
  const parts = read.map(({ at, columns, rows }) => ({ cluster: at.cluster, columns, rows }))
  const kind = read.find((state) => state.kind !== null)?.kind ?? null
  const unread = read.map((state) => state.unread)
  return {
    asked: {
      data: read.length === 0 ? undefined : tableOf(parts),
      error: isPending ? null : firstProblem(failed),
      isPending,
      isFetching: isPending,
      refetch: () => { for (const state of known) state.readAgain() },
    },
    failures: failed.map(([{ at }, { detail }]) => ({ name: at.namespace === undefined ? at.cluster : `${at.cluster}/${at.namespace}`, why: detail })),
    unread: unread.includes(null) ? null : unread.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    isNamespaced: kind?.namespaced ?? true,
    kindName: kind?.kind ?? null,
    isByPage: read.some((state) => state.isByPage),
    restarted: read.some((state) => state.restarted),
    lost: [...new Set(known.filter((state) => state.lostSince !== null).map(({ at }) => at.cluster))],
    notLive: [...new Set(read.flatMap((state) => state.notLive ?? []))],
  }
}

/** What is wrong rather than what is merely not allowed comes first. */
const firstProblem = (failed: readonly [SourceState, Problem][]): Problem | null =>
  (failed.find(([, problem]) => !problem.isForbidden) ?? failed[0])?.[1] ?? null
