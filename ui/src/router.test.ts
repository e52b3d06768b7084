// The pages that the host is told of, and the searches whose filters are tested, are those that the router has.
import { readFileSync } from 'node:fs'
import { rootRouteId } from '@tanstack/react-router'
import { expect, it } from 'vitest'
import { SEARCHES } from '../e2e/filters'
import { modulesOf, patternsOf } from '../scripts/patterns.mjs'
import { makeCache } from './api/cache'
import { makeRouter } from './router'

const routes = () => Object.values(makeRouter(makeCache()).routesById)

/** What a page's reader of its search asks for, whatever the search says. */
function namesRead(read: (search: Record<string, unknown>) => unknown): string[] {
  const names = new Set<string>()
  read(new Proxy({}, { get: (_, name) => void names.add(String(name)) }))
  return [...names].sort()
}

it('names every page of the router and no other', () => {
  const told = patternsOf(readFileSync('src/router.tsx', 'utf8'))
  const own = routes().map((route) => route.fullPath).filter((path) => path)
  expect([...new Set(told)].sort()).toEqual([...new Set(own)].sort())
})

it('names the module of every page', () => {
  const router = readFileSync('src/router.tsx', 'utf8')
  expect(modulesOf(router).map(([path]) => path)).toEqual(patternsOf(router))
})

it('has every name that a page reads of its search, as a filter or as none', () => {
  const read = routes().flatMap(({ id, fullPath, options: { validateSearch } }): [string, string[]][] =>
    // The root's is the scope, which every page has.
    (id !== rootRouteId && typeof validateSearch === 'function' ? [[fullPath, namesRead(validateSearch)]] : []))
  expect(read.length).toBeGreaterThan(5)
  expect(Object.fromEntries(Object.entries(SEARCHES).map(([page, names]) => [page, Object.keys(names).sort()]))).toEqual(Object.fromEntries(read))
})
