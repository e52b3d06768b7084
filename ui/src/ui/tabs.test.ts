import { expect, test } from 'vitest'
import { moreOf } from './tabs'

test('an edge is told apart by whether there is more behind it', () => {
  const at = (scrollLeft: number, scrollWidth = 600) => moreOf({ scrollLeft, scrollWidth, clientWidth: 300 })
  expect([at(0, 300), at(0), at(150), at(300)]).toEqual(['none', 'after', 'both', 'before'])
})

test('what browsers round away is no more', () => {
  expect(moreOf({ scrollLeft: 0.6, scrollWidth: 301, clientWidth: 300 })).toBe('none')
})
