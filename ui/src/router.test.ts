// The pages that the host is told of are those that the router has.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { modulesOf, patternsOf } from '../scripts/patterns.mjs'
import { makeCache } from './api/cache'
import { makeRouter } from './router'

it('names every page of the router and no other', () => {
  const told = patternsOf(readFileSync('src/router.tsx', 'utf8'))
  const own = Object.values(makeRouter(makeCache()).routesById).map((route) => route.fullPath).filter((path) => path)
  expect([...new Set(told)].sort()).toEqual([...new Set(own)].sort())
})

it('names the module of every page', () => {
  const router = readFileSync('src/router.tsx', 'utf8')
  expect(modulesOf(router).map(([path]) => path)).toEqual(patternsOf(router))
})
