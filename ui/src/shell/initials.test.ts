import { expect, test } from 'vitest'
import { initials } from './initials'

test.each([
  ['mira', 'M'], ['Mira Holm', 'MH'], ['mira van der holm', 'MH'], ['mira.holm@shop.example', 'MH'], ['system:serviceaccount:ci', 'SC'], ['', ''], ['—', ''],
])('%s has the initials %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
})
