import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exampleProblem, recordedFetch } from '@/testing/recorded'
import type { LogLine } from './lines'
import { follow, logUrl, readOnce, type LogAsk } from './reader'

const ask: LogAsk = { cluster: 'demo', namespace: 'shop', pods: ['web-1', 'web-2'], container: undefined, previous: false, include: 'e', exclude: undefined, lines: 100 }

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function listener() {
  const heard: string[] = []
  return { heard, told: { lines: (lines: readonly LogLine[]) => heard.push(...lines.map(({ line }) => line)), live: () => undefined, lost: () => undefined } }
}

const events = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const frame = (id: string, line: string) => `id: ${id}\nevent: log_line\ndata: {"pod":"web-1","line":"${line}"}\n\n`

test('the recorded answer is read to its end', async () => {
  const { heard, told } = listener()
  // The recorded network wants whole addresses.
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) => recordedFetch(`http://host${input}`, init))
  expect(await readOnce(ask, told, new AbortController().signal)).toEqual({ kind: 'read' })
  expect(heard).toEqual(['app starts', 'app is ready'])
})

test('a lost stream is taken up after the last id that was heard', async () => {
  const asked: (string | undefined)[] = []
  const answers = [events(frame('7', 'one')), events(`${frame('8', 'two')}event: end\ndata: {"reason":"FOLLOW_S_MAX"}\n\n`)]
  vi.stubGlobal('fetch', async (_: string, init: { headers: Record<string, string> }) => {
    asked.push(init.headers['last-event-id'])
    return answers.shift()
  })
  const { heard, told } = listener()
  const end = follow(ask, told, new AbortController().signal)
  await vi.runAllTimersAsync()
  expect(await end).toEqual({ kind: 'ended', reason: 'FOLLOW_S_MAX' })
  expect(heard).toEqual(['one', 'two'])
  expect(asked).toEqual([undefined, '7'])
})

test('a refusal ends the reading instead of being asked for ever', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ ...(exampleProblem() as object), retryable: false }, { status: 403 }))
  expect(await follow(ask, listener().told, new AbortController().signal)).toMatchObject({ kind: 'failed' })
})

test('the address says pods, filter and that it follows', () => {
  expect(logUrl(ask, true)).toBe('/api/v1/logs?cluster=demo&namespace=shop&pod=web-1%2Cweb-2&lines=100&include=e&follow=true')
})
