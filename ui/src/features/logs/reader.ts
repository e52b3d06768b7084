// Reads logs from the host: once, as JSON lines, or followed, as events that are taken up again with `Last-Event-ID` after a
// pause when the connection is lost. Nothing twice, nothing lost: the ids say where the reader is in every log.
import { setCredential } from '@/api/credential'
import { parseProblem, unreachable, type Problem } from '@/api/problem'
import { frameReader, type Frame } from '@/stream/frames'
import type { LogLine } from './lines'
import { parseEnd, parseLine } from './wire'

export interface LogAsk {
  cluster: string
  namespace: string
  pods: readonly string[]
  container: string | undefined
  previous: boolean
  include: string | undefined
  exclude: string | undefined
  lines: number
}

export interface Told {
  lines(lines: readonly LogLine[]): void
  /** The reader is connected, or has read everything. */
  live(): void
  lost(problem: Problem): void
}

/** How reading ended: everything was read, the host's reason, or a problem that coming back can't mend. */
export type End = { kind: 'read' } | { kind: 'ended'; reason: string } | { kind: 'failed'; problem: Problem }

const PAUSE_MS_FIRST = 500
const PAUSE_MS_MAX = 10_000

export function logUrl(ask: LogAsk, follow: boolean): string {
  const asked = new URLSearchParams({ cluster: ask.cluster, namespace: ask.namespace, pod: ask.pods.join(','), lines: String(ask.lines) })
  if (ask.container) asked.set('container', ask.container)
  if (ask.previous) asked.set('previous', 'true')
  if (ask.include) asked.set('include', ask.include)
  if (ask.exclude) asked.set('exclude', ask.exclude)
  if (follow) asked.set('follow', 'true')
  return `/api/v1/logs?${asked.toString()}`
}

async function open(url: string, headers: Record<string, string>, stop: AbortSignal): Promise<ReadableStreamDefaultReader<string>> {
  const response = await globalThis.fetch(url, { headers, cache: 'no-store', signal: stop })
  if (response.status === 401) setCredential('out')
  if (!response.ok || response.body === null) throw parseProblem(response.status, await response.json().catch(() => null), response.headers.get('x-trace-id') ?? '')
  return response.body.pipeThrough(new TextDecoderStream()).getReader()
}

export async function readOnce(ask: LogAsk, told: Told, stop: AbortSignal): Promise<End> {
  const reader = await open(logUrl(ask, false), { accept: 'application/x-ndjson' }, stop)
  let rest = ''
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split('\n')
    rest = lines.pop() ?? ''
    told.lines(lines.flatMap((line) => (line.trim() === '' ? [] : (parseLine(line) ?? []))))
  }
  if (rest.trim() !== '') told.lines([parseLine(rest)].filter((line) => line !== null))
  told.live()
  return { kind: 'read' }
}

export async function follow(ask: LogAsk, told: Told, stop: AbortSignal): Promise<End> {
  let lastId: string | null = null
  let pause = PAUSE_MS_FIRST
  for (;;) {
    try {
      const reader = await open(logUrl(ask, true), { accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) }, stop)
      const frames = frameReader()
      told.live()
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        pause = PAUSE_MS_FIRST
        const some: Frame[] = frames.take(piece.value)
        lastId = some.findLast(({ id }) => id !== null)?.id ?? lastId
        told.lines(some.flatMap((frame) => (frame.event === 'log_line' || frame.event === 'log_end' ? (parseLine(frame.data) ?? []) : [])))
        const end = some.find(({ event }) => event === 'end')
        if (end !== undefined) return { kind: 'ended', reason: parseEnd(end.data) }
      }
      told.lost(unreachable(''))
    } catch (cause) {
      if (stop.aborted) throw cause
      const problem = cause instanceof Error && 'retryable' in cause ? (cause as Problem) : unreachable(cause)
      if (!problem.retryable) return { kind: 'failed', problem }
      told.lost(problem)
    }
    await wait(pause, stop)
    pause = Math.min(pause * 2, PAUSE_MS_MAX)
  }
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    stop.addEventListener('abort', () => { clearTimeout(timer); reject(new DOMException('stopped', 'AbortError')) }, { once: true })
  })
}
