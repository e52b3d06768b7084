// The lines of some logs for a component: read or followed while it is shown, given on in batches so that a loud log costs a
// frame and not a render each line.
import { useEffect, useState } from 'react'
import { toProblem, type Problem } from '@/api/problem'
import { append, merged, noLines, type Kept, type LogLine } from './lines'
import { follow, readOnce, type End, type LogAsk } from './reader'

const BATCH_MS = 120

export type LogState = { state: 'opening' } | { state: 'live' } | { state: 'lost'; problem: Problem } | { state: 'over'; end: End }

export interface Logs {
  kept: Kept
  now: LogState
}

const opening: Logs = { kept: noLines, now: { state: 'opening' } }

/** `round` begins anew when it changes: the same logs, taken up again. */
export function useLogs(ask: LogAsk, isFollowing: boolean, round: number): Logs {
  const key = JSON.stringify([ask, isFollowing, round])
  const [logs, setLogs] = useState<Logs & { key: string }>({ ...opening, key })
  useEffect(() => {
    const stop = new AbortController()
    const asked = (JSON.parse(key) as [LogAsk])[0]
    let waiting: LogLine[] = []
    let now: LogState = opening.now
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const fresh = merged(waiting)
      waiting = []
      setLogs((known) => ({ key, kept: append(known.key === key ? known.kept : noLines, fresh), now }))
    }
    const later = () => { timer ??= setTimeout(flush, BATCH_MS) }
    const say = (next: LogState) => { now = next; later() }
    const told = {
      lines: (lines: readonly LogLine[]) => { if (lines.length > 0) { waiting.push(...lines); later() } },
      live: () => say({ state: 'live' }),
      lost: (problem: Problem) => say({ state: 'lost', problem }),
    }
    const read = isFollowing ? follow : readOnce
    read(asked, told, stop.signal).then(
      (end) => say({ state: 'over', end }),
      (cause: unknown) => { if (!stop.signal.aborted) say({ state: 'over', end: { kind: 'failed', problem: toProblem(cause) } }) },
    )
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [key, isFollowing])
  return logs.key === key ? logs : opening
}
