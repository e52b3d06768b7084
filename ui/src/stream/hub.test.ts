import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StreamHub } from './hub'
import type { StreamEvent } from './events'

/** A host whose streams are written by the test. */
function host() {
  const streams: { write: (text: string) => void; end: () => void; lastId: string | null }[] = []
  const topics: string[][] = []
  const encoder = new TextEncoder()
  const answers: typeof fetch = async (input, init) => {
    if (!(input instanceof Request)) {
      let stream!: ReadableStreamDefaultController<Uint8Array>
      const body = new ReadableStream<Uint8Array>({ start(opened) { stream = opened } })
      const lastId = new Headers(init?.headers).get('last-event-id')
      init?.signal?.addEventListener('abort', () => { try { stream.error(new Error('aborted')) } catch { /* ended before */ } })
      streams.push({ write: (text) => stream.enqueue(encoder.encode(text)), end: () => stream.close(), lastId })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    topics.push(((await input.json()) as { topics: string[] }).topics)
    return new Response(null, { status: 204 })
  }
  return { streams, topics, answers }
}

const hello = (stream: string, id: string) => `id: ${id}\nevent: hello\ndata: {"stream":"${stream}","epoch":"e"}\n\n`
const plan = (id: string) => `id: ${id}\nevent: plan_update\ndata: {"id":"p-1"}\n\n`

let made: ReturnType<typeof host>
let hub: StreamHub
let told: StreamEvent[]
let refreshed: number

beforeEach(() => {
  vi.useFakeTimers()
  made = host()
  vi.stubGlobal('fetch', made.answers)
  hub = new StreamHub({ fetch: made.answers, random: () => 0 })
  told = []
  refreshed = 0
  hub.listen('plan:p-1', { event: (event) => told.push(event), refresh: () => { refreshed += 1 } })
  hub.open()
})

afterEach(() => {
  hub.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const settle = (ms = 10) => vi.advanceTimersByTimeAsync(ms)

test('topics are set after hello, and what is shown is read after that', async () => {
  made.streams[0]?.write(hello('s1', 'e-0'))
  await settle()
  expect(made.topics).toEqual([['plan:p-1']])
  expect(refreshed).toBe(1)
  expect(hub.state()).toEqual({ state: 'live' })
})

test('three seconds of silence are a lost connection, and it comes back with the last id; nothing twice', async () => {
  made.streams[0]?.write(hello('s1', 'e-0') + plan('e-1'))
  await settle()
  await settle(2_600)
  expect(hub.state().state).toBe('stale')
  await settle(500)
  expect(made.streams[1]?.lastId).toBe('e-1')
  made.streams[1]?.write(hello('s2', 'e-2') + plan('e-1') + plan('e-2'))
  await settle()
  expect(told).toHaveLength(2)
  expect(hub.state()).toEqual({ state: 'live' })
})

test('a resync asks every listener to read again', async () => {
  made.streams[0]?.write(hello('s1', 'e-0'))
  await settle()
  made.streams[0]?.write('event: resync\ndata: {"epoch":"e"}\n\n')
  await settle()
  expect(refreshed).toBe(2)
})

test('a topic that nobody listens to any more is taken out', async () => {
  made.streams[0]?.write(hello('s1', 'e-0'))
  await settle()
  const leave = hub.listen('clusters', { event: () => undefined })
  await settle()
  leave()
  await settle()
  expect(made.topics).toEqual([['plan:p-1'], ['plan:p-1', 'clusters'], ['plan:p-1']])
})

test('after fifteen seconds without a word the screen says offline', async () => {
  made.streams[0]?.write(hello('s1', 'e-0'))
  await settle()
  await settle(20_000)
  expect(hub.state().state).toBe('offline')
})
