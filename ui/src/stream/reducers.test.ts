import { expect, test } from 'vitest'
import type { Plan, Run, Turn } from '@/api/types'
import { example } from '@/testing/recorded'
import type { RowsDelta } from './events'
import { applyCluster, applyObject, lostClusters } from './live'
import { applyPlan, applyRun, runProgress } from './plans'
import { applyRows, noRows, underlayPage } from './rows'
import { applyTurnDelta, applyTurnStatus } from './turns'

const plan = example<Plan>('GET', '/api/v1/plans/{id}')
const run = example<Run>('GET', '/api/v1/runs/{id}')
const turn: Turn = { ...example<Turn>('GET', '/api/v1/turns/{id}'), parts: [], state: 'working', ended_at: null }
const delta = (from: number, ...texts: string[]) => ({
  turn: turn.id, thread: turn.thread, from, too_long: false, parts: texts.map((text) => ({ part: 'text' as const, text })),
})
const row = (uid: string, name = uid) => ({ uid, name, namespace: 'shop', created_at: null, cells: [name] })
const rows = (fields: Partial<RowsDelta>): RowsDelta => ({ topic: 't', reset: false, upserts: [], removed: [], resource_version: '1', ...fields })

test('an older plan does not replace a newer one', () => {
  const newer = { ...plan, etag: '"10"' }
  expect(applyPlan(newer, { ...plan, etag: '"9"' })).toBe(newer)
  expect(applyPlan(plan, newer)).toBe(newer)
})

test('a run that has ended does not go on', () => {
  const ended: Run = { ...run, state: 'succeeded' }
  expect(applyRun(ended, { ...run, state: 'running' })).toBe(ended)
  expect(runProgress(run)).toEqual({ done: 0, of: 1 })
})

test('a part told twice stands once', () => {
  const once = applyTurnDelta(turn, delta(0, 'a')).value
  const twice = applyTurnDelta(once, delta(0, 'a', 'b')).value
  expect(twice.parts.map(({ text }) => text)).toEqual(['a', 'b'])
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
