import { expect, test } from 'vitest'
import { readGridSearch, readObjectSearch, selectedIds, SELECTED_MAX } from './search'

test('what a link says is read, and what makes no sense is left out', () => {
  expect(readGridSearch({ q: 'web', sort: '-age', labels: '', fields: '*', other: 1 })).toEqual({ q: 'web', sort: '-age', fields: '*' })
  expect(readObjectSearch({ tab: 'logs', wrap: true, follow: false, previous: 'no', include: 42 })).toEqual({ tab: 'logs', wrap: true, follow: false, include: '42' })
  expect(readObjectSearch({ tab: 'nonsense' })).toEqual({})
})

test('a selection has a limit', () => {
  expect(selectedIds(Array.from({ length: 80 }, (_, index) => `demo/shop/${index}`).join(','))).toHaveLength(SELECTED_MAX)
  expect(selectedIds(undefined)).toEqual([])
})
