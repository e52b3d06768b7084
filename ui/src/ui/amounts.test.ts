import { expect, test } from 'vitest'
import { bytesText, tookText } from './amounts'

test('bytes are shown in the unit that fits', () => {
  expect([0, 999, 1_000, 40_210, 1_250_000].map((bytes) => bytesText(bytes, 'en'))).toEqual(['0B', '999B', '1 kB', '40 kB', '1.3 MB'])
})

test('a time below a second is told in milliseconds', () => {
  expect([812, 3_100].map((ms) => tookText(ms, 'en'))).toEqual(['812 ms', '3.1 sec'])
})
