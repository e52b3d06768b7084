// Reads one source of a grid (one cluster, one namespace or all): its pages, and what the stream tells of it. Renders
// nothing; a component because the number of sources changes and each needs hooks of its own.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { listAsk, resourcesQuery } from '@/api/objects'
import { toProblem, type Problem } from '@/api/problem'
import type { ResourcePage } from '@/api/types'
import type { Row } from '@/stream/events'
import { useTopic } from '@/stream/react'
import { allRows, applyLive, nothingTold, rowsTopic } from './live-rows'

export interface SourceAt {
  id: string
  gvr: string
  cluster: string
  /** Absent: all of them. */
  namespace: string | undefined
  labels: string | undefined
  fields: string | undefined
}

export interface SourceState {
  at: SourceAt
  kind: ResourcePage['kind'] | null
  columns: readonly string[]
  rows: readonly Row[]
  /** Rows that are there but not read; null while nobody knows how many. */
  unread: number | null
  isLoading: boolean
  isFetchingMore: boolean
  problem: Problem | null
  /** The filter was applied to each page by itself. */
  isByPage: boolean
  restarted: boolean
  /** Since when the cluster does not answer. */
  lostSince: string | null
  /** Why there are no live rows, though there are rows. */
  notLive: string | null
  readMore: () => void
  readAgain: () => void
}

interface SourceProps {
  at: SourceAt
  q: string
  sort: string | undefined
  onState: (id: string, state: SourceState | null) => void
}

export function Source({ at, q, sort, onState }: SourceProps) {
  const ask = listAsk(at)
  const [live, setLive] = useState(nothingTold)
  const plain = useInfiniteQuery(resourcesQuery(at.gvr, ask))
  const isLong = plain.hasNextPage && !live.rows.complete
  // A list that is not read to its end is filtered and ordered by the host, which sees all of it.
  const narrows = isLong && (q !== '' || sort !== undefined)
  const narrow = useInfiniteQuery({ ...resourcesQuery(at.gvr, { ...ask, q: q === '' ? undefined : q, sort }), enabled: narrows })
  const query = narrows && narrow.data !== undefined ? narrow : plain
  const readAgain = () => {
    void plain.refetch()
    if (narrows) void narrow.refetch()
  }
  useTopic(rowsTopic(at.gvr, at.cluster, at.namespace, at.labels, at.fields), (told) => {
    setLive((known) => applyLive(known, told))
    if (told.event === 'rows_delta' && told.data.reset && told.data.complete !== true) readAgain()
  })
  const pages = query.data?.pages
  const rows = useMemo(() => allRows(live, pages?.flatMap((page) => page.items) ?? []), [live, pages])
  const last = pages?.at(-1)
  const isWhole = live.rows.complete || (pages !== undefined && last?.continue === undefined)
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const { refetch } = plain

  const state = useMemo((): SourceState => ({
    at,
    kind: pages?.[0]?.kind ?? null,
    columns: live.rows.columns.length > 0 ? live.rows.columns : (pages?.[0]?.columns ?? []),
    rows,
    unread: isWhole || pages === undefined ? 0 : (last?.remaining ?? null),
    isLoading: plain.isPending && !live.rows.complete,
    isFetchingMore: isFetchingNextPage,
    problem: plain.error != null && !live.rows.complete && pages === undefined ? toProblem(plain.error) : null,
    isByPage: narrows && last?.applied_to === 'page',
    restarted: pages?.some((page, index) => index > 0 && page.restarted) ?? false,
    lostSince: live.lost === null ? null : (live.lost.since ?? ''),
    notLive: live.problem?.detail ?? null,
    readMore: () => { if (!isWhole && hasNextPage && !isFetchingNextPage) void fetchNextPage() },
    readAgain: () => void refetch(),
  }), [at, pages, live, rows, isWhole, last, plain.isPending, plain.error, narrows, hasNextPage, isFetchingNextPage, fetchNextPage, refetch])

  // Before the page is painted: a list that is at hand when its page comes is never painted without its rows.
  useLayoutEffect(() => onState(at.id, state), [at.id, state, onState])
  useEffect(() => () => onState(at.id, null), [at.id, onState])
  return null
}
