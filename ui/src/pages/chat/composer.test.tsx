import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Thread } from '@/api/types'
import { example, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { Composer } from './composer'

const recorded = example<Thread>('GET', '/api/v1/threads/{id}')

/** What the sentences that were sent name as their conversation. */
async function saying(thread: Thread | undefined, lost: boolean): Promise<(string | undefined)[]> {
  const said: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    if (request.method === 'POST' && request.url.endsWith('/prompts')) said.push(((await request.clone().json()) as { thread?: string }).thread)
    return recordedFetch(request)
  })
  const root = createRootRoute()
  const component = () => <Composer id={recorded.id} lost={lost} thread={thread} below={false} onDown={() => undefined} />
  const here = createRoute({ getParentRoute: () => root, path: '/', component })
  const chat = createRoute({ getParentRoute: () => root, path: '/chat/$id', component: () => null })
  const router = createRouter({ routeTree: root.addChildren([here, chat]), history: createMemoryHistory({ initialEntries: ['/'] }) })
  renderInConsole(<RouterProvider router={router as never} />)
  const prompt = await screen.findByRole('combobox')
  fireEvent.change(prompt, { target: { value: 'what is broken?' } })
  fireEvent.keyDown(prompt, { key: 'Enter' })
  await waitFor(() => expect(said).toHaveLength(1))
  return said
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('a sentence below one’s own conversation goes on with it', async () => {
  expect(await saying({ ...recorded, own: true }, false)).toEqual([recorded.id])
})

test('below somebody else’s a sentence begins one of one’s own, and whose it is stands there', async () => {
  const said = saying({ ...recorded, own: false, owner: 'mira', shared: true }, false)
  expect((await screen.findByText(/^Shared by/)).textContent).toBe('Shared by mira, read only. What you say here begins a conversation of your own.')
  expect(await said).toEqual([undefined])
})

test('so it does where there is none, or none for this person', async () => {
  expect(await saying(undefined, true)).toEqual([undefined])
})
