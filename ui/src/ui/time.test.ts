import { i18n } from '@lingui/core'
import { beforeAll, expect, test } from 'vitest'
import { relative } from './time'

beforeAll(() => i18n.loadAndActivate({ locale: 'en', messages: {} }))

const SECOND = 1000
const HOUR = 3_600 * SECOND
const at = Date.UTC(2026, 0, 2)

test.each([
  [2 * SECOND, 'now'], [30 * SECOND, '30 s ago'], [200 * SECOND, '3 min ago'], [5 * HOUR, '5 h ago'], [25 * HOUR, 'yesterday'], [80 * HOUR, '3 days ago'],
  [-30 * SECOND, 'in 30 s'], [-5 * HOUR, 'in 5 h'], [-25 * HOUR, 'tomorrow'], [-80 * HOUR, 'in 3 days'],
])('%d ms later it says %s', (later, said) => {
  expect(relative(at, at + later)).toBe(said)
})
