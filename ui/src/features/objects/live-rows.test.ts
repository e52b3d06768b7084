import { expect, test } from 'vitest'
import type { Row, RowsDelta, StreamEvent } from '@/stream/events'
import { allRows, applyLive, nothingTold, rowsTopic } from './live-rows'

const row = (uid: string, status = 'Running'): Row => ({ uid, namespace: 'shop', name: uid, created_at: null, cells: [status] })
const delta = (data: Partial<RowsDelta>): StreamEvent => ({ event: 'rows_delta', data: { topic: 't', reset: false, upserts: [], removed: [], resource_version: '1', ...data } })
const uids = (rows: Row[]) => rows.map(({ uid }) => uid)

test('a complete reset is all there is, whatever pages say', () => {
  const live = applyLive(nothingTold, delta({ reset: true, complete: true, upserts: [row('a')] }))
  expect(uids(allRows(live, [row('old')]))).toEqual(['a'])
})

test('after an incomplete reset what is told lies over the pages, and what is told as gone stays gone', () => {
  let live = applyLive(nothingTold, delta({ reset: true, complete: false }))
  live = applyLive(live, delta({ upserts: [row('a', 'Failed')], removed: ['b'] }))
  const rows = allRows(live, [row('a'), row('b'), row('c')])
  expect(uids(rows)).toEqual(['a', 'c'])
  expect(rows[0]?.cells).toEqual(['Failed'])
})

test('an object that comes back under its uid is shown again', () => {
  let live = applyLive(nothingTold, delta({ removed: ['a'] }))
  live = applyLive(live, delta({ upserts: [row('a')] }))
  expect(uids(allRows(live, []))).toEqual(['a'])
})

test('a lost cluster is said until it answers', () => {
  const lost = applyLive(nothingTold, { event: 'cluster_status', data: { topic: 't', cluster: 'demo', state: 'lost' } })
  expect(lost.lost?.cluster).toBe('demo')
  expect(applyLive(lost, { event: 'cluster_status', data: { topic: 't', cluster: 'demo', state: 'reachable' } }).lost).toBeNull()
})

test('the topic names what is asked', () => {
  expect(rowsTopic('pods', 'demo', undefined)).toBe('rows:demo/pods/*')
  expect(rowsTopic('pods', 'demo', 'shop', 'app=web', '*')).toBe('rows:demo/pods/shop?labelSelector=app%3Dweb&fields=*')
})
