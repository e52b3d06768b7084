import { expect, test } from 'vitest'
import { slotsOf } from './slots'

const none = new Map<string, number>()
const all = (slots: ReadonlyMap<string, number>) => [...slots.values()]

test('while most rows stay each keeps its element, and what comes takes that of one that went', () => {
  const before = slotsOf(['a', 'b', 'c'], none, null)
  expect(slotsOf(['b', 'c', 'd'], before, null)).toEqual(new Map([['b', 1], ['c', 2], ['d', 0]]))
  expect(slotsOf(['x', 'a', 'b', 'c'], before, null)).toEqual(new Map([['x', 3], ['a', 0], ['b', 1], ['c', 2]]))
})

test('where most rows go the elements stay in their places', () => {
  const before = slotsOf(['a', 'b', 'c', 'd', 'e'], none, null)
  expect(all(slotsOf(['d', 'x', 'y', 'z'], before, null))).toEqual([0, 1, 2, 3])
})

test('the element that the keyboard may be in goes with its row, wherever that goes', () => {
  const before = slotsOf(['a', 'b', 'c', 'd', 'e'], none, null)
  expect(slotsOf(['x', 'y', 'b', 'z'], before, 'b').get('b')).toBe(1)
  expect(all(slotsOf(['x', 'y', 'z', 'q'], before, 'b'))).not.toContain(1)
})

test('no two rows share an element', () => {
  let slots: ReadonlyMap<string, number> = none
  for (let top = 0; top < 3_000; top += 1 + (top % 23)) {
    slots = slotsOf(Array.from({ length: 30 }, (_, at) => `row-${top + at}`), slots, `row-${top - (top % 7)}`)
    expect(new Set(slots.values()).size).toBe(30)
  }
})
