import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Preview, Session } from '@/api/types'
import { example, exampleProblem, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { PreviewLines } from './preview'
import { Prompt } from './prompt'

const recorded = example<Preview>('POST', '/api/v1/preview')
const session = example<Session>('GET', '/api/v1/session')
const cluster = (name: string, production = false): Session['clusters'][number] => ({ name, production, mode: 'guarded', mode_reason: null, problem: null, user: null })
const sentence = recorded.steps[0]?.sentence ?? ''

interface Asked {
  sentence: string
  signal: AbortSignal
}

/** The host as recorded, but for the preview; every question about one is kept. */
async function prompt(
  answer: (sentence: string) => Promise<Response> = () => Promise.resolve(Response.json(recorded)),
  clusters: Session['clusters'] = session.clusters,
): Promise<Asked[]> {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    if (pathname === '/api/v1/session' && request.method === 'GET') return Response.json({ ...session, clusters })
    if (pathname !== '/api/v1/preview') return recordedFetch(request)
    const body = (await request.json()) as { sentence: string }
    asked.push({ sentence: body.sentence, signal: request.signal })
    return answer(body.sentence)
  })
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: '/', component: () => <Prompt thread={{ id: 't-1' }} /> })
  renderInConsole(<RouterProvider router={createRouter({ routeTree: root.addChildren([here]), history: createMemoryHistory({ initialEntries: ['/'] }) }) as never} />)
  await screen.findByRole('combobox')
  return asked
}

const type = (text: string) => fireEvent.change(screen.getByRole('combobox'), { target: { value: text } })

// Whoever was answered once is logged in, and a later test opens the stream.
beforeEach(() => void vi.stubGlobal('fetch', recordedFetch))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('the preview of a sentence', () => {
  it('says what Enter would do, once one pauses, and that nothing changes yet', async () => {
    await prompt()
    type('scale web to 4')
    expect(await screen.findByText('Enter makes the plan; nothing changes yet.')).toBeTruthy()
    expect(screen.getByText(recorded.steps[0]?.kubectl ?? 'none')).toBeTruthy()
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(`Plan: ${sentence}, on demo (production)`))
  })
  it.each<[string, Session['clusters'][number][], string]>([
    ['one cluster that is no production is not named', [cluster('demo')], ''],
    ['one of several is named', [cluster('demo'), cluster('far')], ', on demo'],
    ['production is named, and that it is', [cluster('demo', true), cluster('far')], ', on demo (production)'],
  ])('%s, on the screen and aloud', async (_, clusters, where) => {
    await prompt(() => Promise.resolve(Response.json(recorded)), clusters)
    type('scale web to 4')
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(`Plan: ${sentence}${where}`))
    expect(screen.queryAllByText('demo')).toHaveLength(where === '' ? 0 : 1)
    expect(screen.queryAllByText('production')).toHaveLength(where.endsWith('(production)') ? 1 : 0)
  })
  it('is asked once for all that is typed without a pause', async () => {
    const asked = await prompt()
    for (const text of ['scale', 'scale web', 'scale web to 4']) type(text)
    await screen.findByText('Enter makes the plan; nothing changes yet.')
    expect(asked.map((each) => each.sentence)).toEqual(['scale web to 4'])
  })
  it('gives up the question about a sentence that is no longer there', async () => {
    const asked = await prompt((said) => (said === 'scale web' ? new Promise<Response>(() => undefined) : Promise.resolve(Response.json(recorded))))
    type('scale web')
    await waitFor(() => expect(asked).toHaveLength(1))
    type('scale web to 4')
    await screen.findByText('Enter makes the plan; nothing changes yet.')
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false])
  })
  it('says nothing where it failed', async () => {
    const asked = await prompt(() => Promise.resolve(Response.json(exampleProblem(), { status: 503, headers: { 'content-type': 'application/problem+json' } })))
    type('scale web to 4')
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.getByRole('status').textContent).toBe('')
    expect(screen.queryByRole('alert')).toBeNull()
  })
  it('goes with the sentence', async () => {
    await prompt()
    type('scale web to 4')
    await screen.findByText('Enter makes the plan; nothing changes yet.')
    type('')
    await waitFor(() => expect(screen.queryByText('Enter makes the plan; nothing changes yet.')).toBeNull())
  })
  it('says three steps, and how many more', () => {
    const steps = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ cluster: 'demo', sentence: `restart ${name}`, kubectl: null }))
    renderInConsole(<PreviewLines preview={{ reads_as: 'write', steps, detail: null }} isCurrent />)
    expect(screen.getAllByText(/^restart/).map((line) => line.textContent)).toEqual(['restart a', 'restart b', 'restart c'])
    expect(screen.getByText('and 2 more')).toBeTruthy()
  })
  it('of a read says what is read, and of a question what is asked', () => {
    renderInConsole(<PreviewLines preview={{ reads_as: 'read', steps: [{ cluster: 'demo', sentence: 'list Pods in shop', kubectl: null }], detail: null }} isCurrent />)
    renderInConsole(<PreviewLines preview={{ reads_as: 'question', steps: [], detail: 'Which web?' }} isCurrent />)
    expect(screen.getByText('list Pods in shop').parentElement?.textContent).toBe('Reads: list Pods in shop')
    expect(screen.getByText('Which web?')).toBeTruthy()
  })
})
