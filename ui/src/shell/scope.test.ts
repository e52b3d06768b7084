import { expect, test } from 'vitest'
import { byteCursor, complete } from './completion'
import { codeOf } from './login-code'
import { askedOf, readScopeSearch, scopeOf, toggled, withClusters } from './scope'

test('a scope survives the URL, and a cluster named by digits stays a name', () => {
  expect(readScopeSearch({ c: 'demo', n: 'shop', other: 1 })).toEqual({ c: 'demo', n: 'shop' })
  expect(readScopeSearch({ c: 123 })).toEqual({ c: '123' })
  expect(readScopeSearch({ c: ' ', n: ['x'] })).toEqual({})
})

test('one cluster is the cluster, several are none', () => {
  expect(scopeOf({ c: 'demo' }).cluster).toBe('demo')
  expect(scopeOf({ c: 'a, b,a' })).toEqual({ clusters: ['a', 'b'], namespace: undefined, cluster: undefined })
})

test('another cluster forgets the namespace', () => {
  expect(withClusters(['prod'])).toEqual({ c: 'prod', n: undefined })
})

test('a cluster whose name holds a comma or a percent sign is one cluster in the address too', () => {
  const clusters = ['eu,west', '100%', 'a%2Cb', 'arn:aws:eks:eu-central-1:1:cluster/shop']
  expect(scopeOf(withClusters(clusters)).clusters).toEqual(clusters)
})

const KNOWN = ['demo', 'eu', 'us']

test('one more or one fewer stands in the order the host has them, however it was made', () => {
  expect(toggled([], 'us', KNOWN)).toEqual(['us'])
  expect(toggled(['us'], 'demo', KNOWN)).toEqual(['demo', 'us'])
  expect(toggled(['demo', 'us'], 'demo', KNOWN)).toEqual(['us'])
})

test('without the last one it is all clusters again', () => {
  expect(withClusters(toggled(['us'], 'us', KNOWN))).toEqual({ c: undefined, n: undefined })
})

test('every one of them is a list still, and not whatever is configured later', () => {
  expect(toggled(['demo', 'eu'], 'us', KNOWN)).toEqual(KNOWN)
})

test('a cluster that the address names and nobody knows can be taken away, and stands last', () => {
  expect(toggled(['gone', 'us'], 'demo', KNOWN)).toEqual(['demo', 'us', 'gone'])
  expect(toggled(['us', 'gone'], 'gone', KNOWN)).toEqual(['us'])
})

test('a sentence is asked of one cluster: of several it is the first, and that has to be told', () => {
  expect(askedOf(scopeOf({ c: 'eu' }), KNOWN)).toEqual({ cluster: 'eu', first: null })
  expect(askedOf(scopeOf({ c: 'eu,us' }), KNOWN)).toEqual({ cluster: 'eu', first: 'eu' })
  expect(askedOf(scopeOf({}), KNOWN)).toEqual({ cluster: undefined, first: 'demo' })
  expect(askedOf(scopeOf({}), ['demo'])).toEqual({ cluster: undefined, first: null })
  expect(askedOf(scopeOf({}), [])).toEqual({ cluster: undefined, first: null })
})

test('completions count bytes, fields count characters', () => {
  expect(byteCursor('über we', 7)).toBe(8)
  expect(complete('scale ü w', { start: 9, end: 10 }, 'web')).toEqual({ text: 'scale ü web ', cursor: 12 })
})

test('a login code is found in a link and alone, and nowhere else', () => {
  expect(codeOf('http://127.0.0.1:7080/#code=abcDEF123')).toBe('abcDEF123')
  expect(codeOf(' abcDEF123 ')).toBe('abcDEF123')
  expect(codeOf('hello there')).toBeNull()
})
