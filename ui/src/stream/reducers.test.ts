import { expect, test } from 'vitest'
import type { Run, Turn } from '@/api/types'
import { example } from '@/testing/recorded'
import type { ExecutionStatus, RowsDelta } from './events'
import { applyCluster, applyObject, lostClusters } from './live'
import { applyRun, runProgress } from './plans'
import { applyRows, noRows, underlayPage } from './rows'
import { applyTurnDelta, applyTurnStatus } from './turns'

const run = example<Run>('GET', '/api/v1/runs/{id}')
const turn: Turn = { ...example<Turn>('GET', '/api/v1/turns/{id}'), parts: [], state: 'working', ended_at: null }
const delta = (from: number, ...texts: string[]) => ({
  turn: turn.id, thread: turn.thread, from, too_long: false, parts: texts.map((text) => ({ part: 'text' as const, text })),
})
const growing = (from: number, text: string, partial = true) => ({ ...delta(from), parts: [{ part: 'text' as const, text, partial }] })
const row = (uid: string, name = uid) => ({ uid, name, namespace: 'shop', created_at: null, cells: [name] })
const rows = (fields: Partial<RowsDelta>): RowsDelta => ({ topic: 't', reset: false, upserts: [], removed: [], resource_version: '1', ...fields })

const status = (fields: Partial<ExecutionStatus>): ExecutionStatus => ({
  run: run.id, plan: run.plan, state: run.state, clusters: run.clusters,
  steps: run.steps.map(({ index, cluster, state }) => ({ index, cluster, state, problem: null, progress: null })),
  ...fields,
})

test('a run that has ended does not go on, and its steps do not go back', () => {
  const ended: Run = { ...run, state: 'succeeded' }
  expect(applyRun(ended, status({ state: 'running' }))).toEqual({ value: ended, mustRead: false })
  expect(runProgress(run)).toEqual({ done: 0, of: 1 })
})

test('a step that goes forward is shown at once; the end of a run is read', () => {
  const steps = status({}).steps.map((step) => ({ ...step, state: 'succeeded' as const, progress: '2 of 2 pods ready' }))
  const told = applyRun(run, status({ state: 'settling', steps }))
  expect(told).toMatchObject({ mustRead: false, value: { state: 'settling', steps: [{ state: 'succeeded', progress: '2 of 2 pods ready' }] } })
  expect(applyRun(told.value, status({ state: 'succeeded', steps })).mustRead).toBe(true)
})

test('a run nobody knows, and a word that tells nothing new, ask for it to be read', () => {
  expect(applyRun(undefined, status({}))).toEqual({ value: undefined, mustRead: true })
  expect(applyRun(run, status({})).mustRead).toBe(true)
})

test('a part told twice stands once', () => {
  const once = applyTurnDelta(turn, delta(0, 'a')).value
  const twice = applyTurnDelta(once, delta(0, 'a', 'b')).value
  expect(twice.parts.map(({ text }) => text)).toEqual(['a', 'b'])
})

test('a text that grows is put in place of what was there of it, up to its end', () => {
  const grown = ['It', 'It is', 'It is broken.'].reduce((known, text, at) => applyTurnDelta(known, growing(0, text, at < 2)).value, turn)
  expect(grown.parts).toEqual([{ part: 'text', text: 'It is broken.', partial: false }])
  expect(applyTurnDelta(grown, delta(1, 'b')).value.parts.map(({ text }) => text)).toEqual(['It is broken.', 'b'])
})

test('a part that comes in place of a text stands there', () => {
  const known = applyTurnDelta(turn, growing(0, 'I will')).value
  expect(applyTurnDelta(known, { ...growing(0, ''), parts: [{ part: 'plan', plan: 'p-1' }] }).value.parts).toEqual([{ part: 'plan', plan: 'p-1' }])
})

test('a text that begins anew is shown as it is', () => {
  const known = applyTurnDelta(turn, growing(0, 'One moment')).value
  expect(applyTurnDelta(known, growing(0, 'No')).value.parts[0]?.text).toBe('No')
})

test('what was told before it was read takes nothing back', () => {
  const read = applyTurnDelta(turn, growing(0, 'It is broken, because')).value
  expect(applyTurnDelta(read, growing(0, 'It is')).value.parts).toEqual(read.parts)
  const whole = applyTurnDelta(turn, growing(0, 'It is.', false)).value
  expect(applyTurnDelta(whole, growing(0, 'It is')).value.parts).toEqual(whole.parts)
  const longer = applyTurnDelta(whole, delta(1, 'b')).value
  expect(applyTurnDelta(longer, growing(0, 'It is')).value).toBe(longer)
})

test('a hole, and parts too long for the stream, ask for the turn to be read', () => {
  expect(applyTurnDelta(turn, delta(2, 'c'))).toEqual({ value: turn, mustRead: true })
  expect(applyTurnDelta(turn, { ...delta(0), too_long: true }).mustRead).toBe(true)
})

test('the end of a turn is read once more, and another turn changes nothing', () => {
  const status = { turn: turn.id, thread: turn.thread, state: 'answered' as const, parts: 0, cancel_requested: false }
  expect(applyTurnStatus(turn, status)).toMatchObject({ mustRead: true, value: { state: 'answered' } })
  expect(applyTurnStatus(turn, { ...status, turn: 'u-other' }).value).toBe(turn)
})

test('a reset forgets, a delta changes and removes by uid', () => {
  const first = applyRows(noRows, rows({ reset: true, complete: true, columns: ['Name'], upserts: [row('1'), row('2')] }))
  const next = applyRows(first, rows({ upserts: [row('2', 'renamed')], removed: ['1'], resource_version: '2' }))
  expect([...next.byUid.values()].map(({ name }) => name)).toEqual(['renamed'])
  expect(next).toMatchObject({ complete: true, columns: ['Name'], resourceVersion: '2' })
  expect(applyRows(next, rows({ reset: true, complete: false })).byUid.size).toBe(0)
})

test('a page read after a reset lies under what was told since', () => {
  const told = applyRows(noRows, rows({ upserts: [row('1', 'newer')], removed: ['2'] }))
  const whole = underlayPage(told, [row('1', 'older'), row('2'), row('3')], new Set(['2']))
  expect([...whole.byUid.values()].map(({ name }) => name).sort()).toEqual(['3', 'newer'])
})

test('an object that was deleted is shown as it was last', () => {
  const known = { object: { kind: 'Pod' }, gone: false }
  expect(applyObject(known, { topic: 't', object: null, gone: true, resource_version: '2' })).toEqual({ object: { kind: 'Pod' }, gone: true })
})

test('lost clusters are named until they answer', () => {
  const lost = applyCluster(new Map(), { topic: 'clusters', cluster: 'demo', state: 'lost' })
  expect(lostClusters(lost).map(({ cluster }) => cluster)).toEqual(['demo'])
  expect(lostClusters(applyCluster(lost, { topic: 'clusters', cluster: 'demo', state: 'reachable' }))).toEqual([])
})
