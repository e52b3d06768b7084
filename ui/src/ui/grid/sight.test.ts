import { expect, test } from 'vitest'
import { HEAD_PX, ROWS_IN_DOM_MAX, ROW_PX, lastSeen, rowsToMake, scrollFor } from './sight'

test('the rows in sight are made, some beside them, and none that is not there', () => {
  expect(rowsToMake({ first: 50, rows: 10 }, 1_000, 50)).toEqual(Array.from({ length: 26 }, (_, at) => 42 + at))
  expect(rowsToMake({ first: 0, rows: 10 }, 4, 0)).toEqual([0, 1, 2, 3])
  expect(rowsToMake({ first: 0, rows: 10 }, 0, 0)).toEqual([])
})

test('a list that became shorter is shown to its end', () => {
  expect(rowsToMake({ first: 900, rows: 3 }, 12, 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect(lastSeen({ first: 900, rows: 3 }, 12)).toBe(11)
  expect(lastSeen({ first: 0, rows: 10 }, 0)).toBe(0)
})

test('the row of the keyboard is made wherever it is, in its place, and the limit holds', () => {
  expect(rowsToMake({ first: 500, rows: 2 }, 1_000, 3)[0]).toBe(3)
  expect(rowsToMake({ first: 500, rows: 2 }, 1_000, 999).at(-1)).toBe(999)
  expect(rowsToMake({ first: 500, rows: 400 }, 1_000, 3)).toHaveLength(ROWS_IN_DOM_MAX)
})

test('to show a row the box moves no further than it has to, and not under the heading', () => {
  const height = HEAD_PX + 10 * ROW_PX
  const stands = (row: number, top: number) => scrollFor(row, { rowPx: ROW_PX, headPx: HEAD_PX, top, height })
  expect(stands(5, 0)).toBe(0)
  expect(stands(10, 0)).toBe(ROW_PX)
  expect(stands(3, 9 * ROW_PX)).toBe(3 * ROW_PX)
})
