import { expect, test } from 'vitest'
import { byteCursor, complete } from './completion'
import { codeOf } from './login-code'
import { readScopeSearch, scopeOf, withClusters } from './scope'

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

test('completions count bytes, fields count characters', () => {
  expect(byteCursor('über we', 7)).toBe(8)
  expect(complete('scale ü w', { start: 9, end: 10 }, 'web')).toEqual({ text: 'scale ü web ', cursor: 12 })
})

test('a login code is found in a link and alone, and nowhere else', () => {
  expect(codeOf('http://127.0.0.1:7080/#code=abcDEF123')).toBe('abcDEF123')
  expect(codeOf(' abcDEF123 ')).toBe('abcDEF123')
  expect(codeOf('hello there')).toBeNull()
})
