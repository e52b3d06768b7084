// What public/first.js asks is what the pages ask: each answer that travels early is taken, and by nobody else.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { scopeOf } from '@/shell/scope'
import { recordedFetch } from '@/testing/recorded'
import { beginHome, beginList, beginObject, beginPlan, beginSession } from './begin'
import { makeCache } from './cache'
import { credential, setCredential } from './credential'
import { LOOKED_AT_MAX } from './looked-at'
import { FIRST_MS_MAX, takeFirst, whenMarked } from './first'

const script = readFileSync('public/first.js', 'utf8')
const asked: string[] = []

/** Runs the file as the browser does at this address. */
function arrive(address: string): void {
  window.history.replaceState(null, '', address)
  new Function(script)()
}

beforeEach(() => {
  asked.length = 0
  localStorage.setItem('kubechat-session', 'in')
  vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) => {
    const url = new URL(typeof input === 'string' ? input : input.url, location.origin)
    asked.push(`${url.pathname}${url.search}`)
    return recordedFetch(url.href, init)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  localStorage.clear()
  delete window.kubechatFirst
})

const left = () => [...(window.kubechatFirst?.answers.keys() ?? [])]

const MANY = Array.from({ length: LOOKED_AT_MAX + 2 }, (_, at) => `c${at}`).join(',')

/** Where no cluster is chosen, which there are has to be heard first: the recorded session has one. */
test.each([['/', 1], ['/?n=shop', 1], ['/?c=demo', 0], ['/?c=demo&n=shop', 0], ['/?c=demo,prod&n=shop', 0], [`/?c=${MANY}`, 0]])('home at %s asks for nothing twice and leaves nothing untaken', async (address, later) => {
  arrive(address)
  const early = asked.length
  const search = new URLSearchParams(location.search)
  const cache = makeCache()
  await beginSession(cache)
  beginHome(cache, scopeOf({ c: search.get('c') ?? undefined, n: search.get('n') ?? undefined }))
  await vi.waitFor(() => expect(cache.isFetching()).toBe(0))
  expect(early).toBeGreaterThan(5)
  expect(left()).toEqual([])
  expect(asked).toHaveLength(early + later)
  expect(asked.slice(early).every((one) => one.startsWith('/api/v1/findings?cluster=demo'))).toBe(true)
})

test.each([['/', ['demo']], ['/?c=demo,prod', ['demo', 'prod']], [`/?c=${MANY}`, MANY.split(',').slice(0, LOOKED_AT_MAX)]])('home at %s asks each cluster what is broken, once', async (address, clusters) => {
  arrive(address)
  const cache = makeCache()
  await beginSession(cache)
  beginHome(cache, scopeOf({ c: new URLSearchParams(location.search).get('c') ?? undefined }))
  await vi.waitFor(() => expect(cache.isFetching()).toBe(0))
  expect(asked.filter((one) => one.startsWith('/api/v1/findings'))).toEqual(clusters.map((name) => `/api/v1/findings?cluster=${name}`))
})

test('a plan is asked for early, once', async () => {
  arrive('/plans/p-0htw5hpqxevf?c=demo')
  const cache = makeCache()
  await beginSession(cache)
  beginPlan(cache, 'p-0htw5hpqxevf')
  await vi.waitFor(() => expect(cache.isFetching()).toBe(0))
  expect(left()).toEqual([])
  expect(asked.filter((one) => one === '/api/v1/plans/p-0htw5hpqxevf')).toHaveLength(1)
})

test.each([['shop'], ['-']])('an object in %s is asked for early, with what is wrong there, once', async (namespace) => {
  arrive(`/r/deployments.apps/demo/${namespace}/web?c=demo&tab=logs`)
  const early = asked.length
  const cache = makeCache()
  await beginSession(cache)
  beginObject(cache, { gvr: 'deployments.apps', cluster: 'demo', namespace, name: 'web' })
  await vi.waitFor(() => expect(cache.isFetching()).toBe(0))
  expect(asked.filter((one) => one.includes('/findings'))).toEqual([`/api/v1/findings?cluster=demo${namespace === '-' ? '' : '&namespace=shop'}`])
  expect(left()).toEqual([])
  expect(asked).toHaveLength(early)
})

test.each([['/r/pods?c=demo&n=shop', 'shop'], ['/r/deployments.apps?c=demo', undefined]])('the list at %s is asked for early, once', async (address, namespace) => {
  arrive(address)
  const early = asked.length
  const cache = makeCache()
  await beginSession(cache)
  beginList(cache, { gvr: location.pathname.slice('/r/'.length), cluster: 'demo', namespace, labels: undefined, fields: undefined })
  await vi.waitFor(() => expect(cache.isFetching()).toBe(0))
  expect(asked.filter((one) => one.startsWith('/api/v1/resources/'))).toHaveLength(1)
  expect(left()).toEqual([])
  expect(asked).toHaveLength(early)
})

test.each([['/r/pods?c=demo,prod'], ['/r/pods'], ['/r/pods?c=demo&labels=app%3Dweb'], ['/r/pods?c=demo&n=a b']])('what the page at %s asks is not known early', (address) => {
  arrive(address)
  expect(asked.filter((one) => one.startsWith('/api/v1/resources/'))).toEqual([])
})

const saidWithPage = (description: string) =>
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([{ serverTiming: [{ name: 'session', description, duration: 0 }] }] as unknown as PerformanceEntryList)

test('where the host says with the page that nobody is logged in, nothing is asked', async () => {
  setCredential('in')
  saidWithPage('none')
  arrive('/')
  await beginSession(makeCache())
  expect(asked).toEqual([])
  expect(credential()).toBe('out')
})

test.each([['held'], ['something new']])('where it says %s, who it is is asked', async (description) => {
  saidWithPage(description)
  arrive('/')
  await beginSession(makeCache())
  expect(asked).toContain('/api/v1/session')
})

test('a browser that was logged out, or follows a login link, asks nothing early', () => {
  arrive('/#code=abcDEF123')
  localStorage.clear()
  arrive('/')
  expect(asked).toEqual([])
})

test('who may be nobody is asked who it is, and nothing else', async () => {
  localStorage.clear()
  setCredential('out')
  arrive('/')
  const cache = makeCache()
  beginHome(cache, scopeOf({}))
  beginPlan(cache, 'p-1')
  expect(asked).toEqual([])
})

test('an answer is given once, to the same question, while it is fresh, and not to one given up', async () => {
  arrive('/plans/p-1')
  const ask = (path: string, init?: RequestInit) => new Request(`${location.origin}${path}`, init)
  expect(takeFirst(ask('/api/v1/plans/p-1', { method: 'DELETE' }))).toBeNull()
  expect(takeFirst(ask('/api/v1/plans/p-2'))).toBeNull()
  expect((await takeFirst(ask('/api/v1/plans/p-1')))?.status).toBe(200)
  expect(takeFirst(ask('/api/v1/plans/p-1'))).toBeNull()
  await expect(takeFirst(ask('/readyz?verbose=', { signal: AbortSignal.abort() }))).rejects.toThrow(/given up/)
  if (window.kubechatFirst) window.kubechatFirst.asked -= FIRST_MS_MAX + 1
  expect(takeFirst(ask('/api/v1/session'))).toBeNull()
})

test('the mark says what the host said last', () => {
  setCredential('in')
  expect(localStorage.getItem('kubechat-session')).toBe('in')
  setCredential('out')
  expect(localStorage.getItem('kubechat-session')).toBeNull()
})

test('a session that another tab is told of is heard of, its end is not', () => {
  let heard = 0
  const leave = whenMarked(() => { heard += 1 })
  const mark = (newValue: string | null, key = 'kubechat-session') => window.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }))
  mark(null)
  mark('in', 'kubechat-theme')
  expect(heard).toBe(0)
  mark('in')
  leave()
  mark('in')
  expect(heard).toBe(1)
})
