import { expect, test } from 'vitest'
import { placesOf, SOURCES_MAX, type Split } from './places'

const split = (allowed: Record<string, boolean>): Split => ({
  cluster: 'demo', hasFailed: false,
  namespaces: { items: Object.keys(allowed).map((name) => ({ name, phase: 'Active' })), truncated: false, unseen: [] },
  reviews: Object.entries(allowed).map(([namespace, is]) => ({ verb: 'list', resource: 'pods', namespace, allowed: is, reason: '' })),
})

test('a cluster is read as a whole until that is refused', () => {
  expect(placesOf(['demo', 'prod'], 'shop', [])).toEqual({ places: [{ cluster: 'demo', namespace: 'shop' }, { cluster: 'prod', namespace: 'shop' }], gaps: [] })
})

test('where the whole is refused the namespaces that one may list are read, and the others are named', () => {
  const { places, gaps } = placesOf(['demo'], undefined, [split({ shop: true, 'kube-system': false })])
  expect(places).toEqual([{ cluster: 'demo', namespace: 'shop' }])
  expect(gaps).toEqual([{ name: 'demo/kube-system', why: 'kubectl auth can-i list pods -n kube-system: no' }])
})

test('where nothing may be listed the refusal of the whole stays', () => {
  expect(placesOf(['demo'], undefined, [split({ shop: false })]).places).toEqual([{ cluster: 'demo' }])
})

test('more namespaces than watches are named, not dropped in silence', () => {
  const names = Object.fromEntries(Array.from({ length: SOURCES_MAX + 2 }, (_, index) => [`n${index}`, true]))
  const { places, gaps } = placesOf(['demo'], undefined, [split(names)])
  expect(places).toHaveLength(SOURCES_MAX)
  expect(gaps).toHaveLength(2)
})
