import { expect, test } from 'vitest'
import { MEANT_MAX, meantBy, type There } from './palette'
import { SECTIONS } from './sections'

const there: There = {
  places: SECTIONS.map(({ to, name, key }) => ({ kind: 'place', to, text: String(name.message ?? name.id), detail: `g ${key}` })),
  actions: [{ kind: 'action', does: 'dark', text: 'Dark theme', detail: '' }, { kind: 'action', does: 'out', text: 'Log out', detail: '' }],
  clusters: ['demo', 'eu west'],
  threads: ['list pods', 'why is checkout broken?', 'list nodes', 'list jobs', 'list secrets'].map((title, at) => ({ id: `t-${at}`, title, cluster: 'demo', namespace: 'shop' })),
}
const found = (text: string) => meantBy(text, there).map((one) => `${one.kind} ${one.text}`)

test('a place is meant by the beginning of one of its words, however it is written', () => {
  expect(found('pla')).toEqual(['place Plans'])
  expect(found(' SETT ')).toEqual(['place Settings'])
  expect(found('what leaves')).toEqual(['place What leaves'])
  expect(found('leav')).toEqual(['place What leaves'])
})

test('so is a cluster, something to do, and a conversation by its title', () => {
  expect(found('west')).toEqual(['cluster eu west'])
  expect(found('dark')).toEqual(['action Dark theme'])
  expect(found('log')).toEqual(['action Log out'])
  expect(found('checkout br')).toEqual(['thread why is checkout broken?'])
  expect(found('de')).toEqual(['cluster demo'])
})

test('of many conversations the newest are offered', () => {
  expect(meantBy('list', there).map((one) => one.kind === 'thread' && one.id)).toEqual(['t-0', 't-2', 't-3'])
  expect(meantBy('list', there)).toHaveLength(MEANT_MAX)
})

test('a sentence, one letter and nothing mean none', () => {
  expect(['scale web to 5', 'p', '', '  ', 'plansx'].flatMap(found)).toEqual([])
})
