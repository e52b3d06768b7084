import { expect, test } from 'vitest'
import { untilExpiry } from './use-expiry'

const at = '2026-03-01T21:34:00.000Z'
const due = Date.parse(at)
const until = (now: number, state: 'ready' | 'needs-approval' | 'stale' | 'running' = 'ready') => untilExpiry({ state, expires_at: at }, now)

test('a plan is read again just after its time', () => {
  expect(until(due - 60_000)).toBe(60_500)
  expect(until(due - 60_000, 'needs-approval')).toBe(60_500)
})

test('where our clock is ahead the host is asked again, less and less often', () => {
  expect([1, 10_000, 3_600_000].map((late) => until(due + late))).toEqual([5_000, 10_000, 60_000])
})

test('a clock that is years behind makes no endless questions', () => {
  expect(until(0)).toBe(3_600_000)
})

test('a plan that nobody waits for is left alone, and so is a time that can not be read', () => {
  expect(until(due - 1, 'running')).toBeNull()
  expect(until(due - 1, 'stale')).toBeNull()
  expect(untilExpiry({ state: 'ready', expires_at: 'soon' }, due)).toBeNull()
})
