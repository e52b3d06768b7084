import { expect, test } from 'vitest'
import { moved } from './move'

const place = { at: 5, count: 10, page: 3 }

test('keys move by a row, a page, to the ends, and never out of the list', () => {
  expect(moved('j', place)).toBe(6)
  expect(moved('ArrowUp', place)).toBe(4)
  expect(moved('PageDown', { ...place, at: 8 })).toBe(9)
  expect(moved('PageUp', { ...place, at: 1 })).toBe(0)
  expect(moved('End', place)).toBe(9)
})

test('other keys, and an empty list, move nothing', () => {
  expect(moved('x', place)).toBeNull()
  expect(moved('j', { at: 0, count: 0, page: 3 })).toBeNull()
})
