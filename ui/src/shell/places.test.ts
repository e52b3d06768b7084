import { expect, test } from 'vitest'
import { placesOf } from './places'
import { SECTIONS } from './sections'

const found = (text: string) => placesOf(text, SECTIONS, ({ name }) => String(name.message ?? name.id)).map(({ text: name }) => name)

test('a place is meant by the beginning of one of its words, however it is written', () => {
  expect(found('pla')).toEqual(['Plans'])
  expect(found(' SETT ')).toEqual(['Settings'])
  expect(found('what leaves')).toEqual(['What leaves'])
  expect(found('leav')).toEqual(['What leaves'])
})

test('a sentence, one letter and nothing mean none', () => {
  expect(['scale web to 5', 'p', '', '  ', 'plansx'].flatMap(found)).toEqual([])
})
