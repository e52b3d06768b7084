import { useQuery } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { sessionQuery } from '@/api/queries'
import type { Session } from '@/api/types'
import { example, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { onShowKeys } from './keys-shown'
import { Prompt } from './prompt'
import { readTheme, setTheme } from './theme'

/** The prompt on a page; which conversations were asked for, and where one is. */
async function shown() {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    if (new URL(request.url).pathname === '/api/v1/threads') asked.push(request.method)
    return recordedFetch(request)
  })
  const root = createRootRoute({ component: Prompt })
  const here = createRoute({ getParentRoute: () => root, path: '/' })
  const chat = createRoute({ getParentRoute: () => root, path: '/chat/$id' })
  const router = createRouter({ routeTree: root.addChildren([here, chat]), history: createMemoryHistory({ initialEntries: ['/'] }) })
  renderInConsole(<RouterProvider router={router as never} />)
  const prompt = await screen.findByRole<HTMLInputElement>('combobox')
  return { asked, prompt, router, type: (text: string) => fireEvent.change(prompt, { target: { value: text } }) }
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const option = (name: RegExp) => screen.findByRole('option', { name })

test('no conversation is asked for before somebody types, and then once', async () => {
  const { asked, prompt, type } = await shown()
  fireEvent.focus(prompt)
  type('n')
  expect(asked).toEqual([])
  type('ni')
  await option(/night shift/)
  type('nig')
  await option(/night shift/)
  expect(asked).toEqual(['GET'])
})

test('a conversation that was chosen opens, and nothing is sent', async () => {
  const { asked, type, router, prompt } = await shown()
  type('shift')
  fireEvent.mouseDown(await option(/night shift/))
  await waitFor(() => expect(router.state.location.pathname).toBe('/chat/t-8f0c2d4a1b3e'))
  expect(prompt.value).toBe('')
  expect(asked).toEqual(['GET'])
})

test('what the shell can do is done', async () => {
  const { type } = await shown()
  setTheme('light')
  type('dark')
  fireEvent.mouseDown(await option(/Dark theme/))
  expect(readTheme()).toBe('dark')
  const keys = vi.fn()
  const end = onShowKeys(keys)
  type('keys')
  fireEvent.mouseDown(await option(/Show the keys/))
  expect(keys).toHaveBeenCalledOnce()
  end()
})

const KNOWN = ['demo', 'eu', 'us']
const Known = () => useQuery(sessionQuery).data && 'known'

/** The prompt of a person with three clusters, at this address; what was sent. */
async function within(search: string) {
  const sent: unknown[] = []
  const session = example<Session>('GET', '/api/v1/session')
  const clusters = KNOWN.flatMap((name) => session.clusters.map((each) => ({ ...each, name })))
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    if (pathname === '/api/v1/prompts') sent.push(await request.clone().json())
    return pathname === '/api/v1/session' ? Response.json({ ...session, clusters }) : recordedFetch(request)
  })
  const root = createRootRoute({ component: () => <><Prompt /><Known /></> })
  const routes = ['/', '/chat/$id'].map((path) => createRoute({ getParentRoute: () => root, path }))
  renderInConsole(<RouterProvider router={createRouter({ routeTree: root.addChildren(routes), history: createMemoryHistory({ initialEntries: [`/${search}`] }) }) as never} />)
  await screen.findByText('known')
  const prompt = screen.getByRole('combobox')
  fireEvent.change(prompt, { target: { value: 'list pods' } })
  const told = document.getElementById(prompt.getAttribute('aria-describedby') ?? 'nothing')?.textContent
  fireEvent.keyDown(prompt, { key: 'Enter' })
  await waitFor(() => expect(sent).toHaveLength(1))
  return { told, sent: sent[0] }
}

test('of several clusters a sentence is asked of the first, which is said', async () => {
  const { told, sent } = await within('?c=eu,us')
  expect(sent).toEqual({ sentence: 'list pods', cluster: 'eu' })
  expect(told).toMatch(/^Asked of eu, the first in the scope/)
})

test('of all clusters it is the first one of the host, which is said', async () => {
  const { told, sent } = await within('')
  expect(sent).toEqual({ sentence: 'list pods' })
  expect(told).toMatch(/^Asked of demo,/)
})

test('of one cluster nothing has to be said', async () => {
  const { told, sent } = await within('?c=us')
  expect(sent).toEqual({ sentence: 'list pods', cluster: 'us' })
  expect(told).toBeUndefined()
})

test('the magnifier stands for an empty prompt; a text can be cleared and sent by pressing', async () => {
  const { asked, prompt, type, router } = await shown()
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull()
  type('list pods')
  fireEvent.click(screen.getByRole('button', { name: 'Clear what is written' }))
  expect(prompt.value).toBe('')
  expect(document.activeElement).toBe(prompt)
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull()
  type('list pods')
  fireEvent.click(screen.getByRole('button', { name: 'Send' }))
  await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/chat\//))
  expect(asked).toEqual([])
})
