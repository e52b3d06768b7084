import { useQuery } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sessionQuery } from '@/api/queries'
import type { Session } from '@/api/types'
import { example, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { readScopeSearch } from './scope'
import { ScopePicker } from './scope-picker'

type Cluster = Session['clusters'][number]

const session = example<Session>('GET', '/api/v1/session')
const [recorded] = session.clusters as [Cluster]
const cluster = (name: string, more: Partial<Cluster> = {}): Cluster => ({ ...recorded, name, production: false, problem: null, ...more })
const THREE = [cluster('demo'), cluster('eu', { production: true }), cluster('us')]

const Known = () => useQuery(sessionQuery).data && 'known'

/** The picker, open, at this address, of a person with these clusters. */
async function opened(search: string, clusters: Cluster[] = THREE) {
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    return new URL(request.url).pathname === '/api/v1/session' ? Promise.resolve(Response.json({ ...session, clusters })) : recordedFetch(request)
  })
  const root = createRootRoute({ component: () => <><ScopePicker /><Known /></>, validateSearch: readScopeSearch })
  const here = createRoute({ getParentRoute: () => root, path: '/' })
  const router = createRouter({ routeTree: root.addChildren([here]), history: createMemoryHistory({ initialEntries: [`/${search}`] }) })
  renderInConsole(<RouterProvider router={router as never} />)
  await screen.findByText('known')
  const bar = await screen.findByRole('button', { name: /^Scope/ })
  const panel = document.getElementById(bar.getAttribute('popovertarget') ?? '') as HTMLElement
  // The browser opens it; here it is only told that it did.
  panel.hidePopover = () => toggle(panel, 'closed')
  toggle(panel, 'open')
  const tick = (name: RegExp) => fireEvent.click(within(panel).getByRole('checkbox', { name }))
  const ticked = () => within(panel).queryAllByRole<HTMLInputElement>('checkbox').filter(({ checked }) => checked).map((box) => document.getElementById(box.getAttribute('aria-labelledby') ?? '')?.querySelector('bdi')?.textContent)
  return { bar, panel, router, tick, ticked, chosen: () => (router.state.location.search as { c?: string }).c }
}

const toggle = (panel: HTMLElement, newState: 'open' | 'closed') => act(() => void panel.dispatchEvent(Object.assign(new Event('toggle'), { newState })))

beforeEach(() => void vi.stubGlobal('fetch', recordedFetch))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('the scope picker', () => {
  it('adds and takes away one by one, stays open, and keeps the order of the host', async () => {
    const { tick, ticked, chosen, panel } = await opened('')
    expect(ticked()).toEqual([])
    tick(/^us/)
    tick(/^demo/)
    await waitFor(() => expect(chosen()).toBe('demo,us'))
    expect(ticked()).toEqual(['demo', 'us'])
    tick(/^us/)
    await waitFor(() => expect(chosen()).toBe('demo'))
    expect(within(panel).getByRole('checkbox', { name: /^us/ })).toBeTruthy()
  })
  it('is all clusters again once the last one is taken away, and says so', async () => {
    const { tick, chosen, panel } = await opened('?c=us')
    tick(/^us/)
    await waitFor(() => expect(chosen()).toBeUndefined())
    expect(within(panel).getByRole('button', { name: 'All clusters' }).getAttribute('aria-pressed')).toBe('true')
    expect(within(panel).getByRole('status').textContent).toBe('all of 3')
  })
  it('keeps every one of them a list', async () => {
    const { tick, chosen, ticked } = await opened('?c=demo,eu')
    tick(/^us/)
    await waitFor(() => expect(chosen()).toBe('demo,eu,us'))
    expect(ticked()).toEqual(['demo', 'eu', 'us'])
  })
  it('by a name chooses that cluster alone and closes', async () => {
    const { panel, chosen } = await opened('?c=demo,eu')
    fireEvent.click(within(panel).getByRole('button', { name: /^us/ }))
    await waitFor(() => expect(chosen()).toBe('us'))
    expect(panel.childElementCount).toBe(0)
  })
  it('by Enter chooses the cluster with the keyboard in it alone, and by "All clusters" goes back to all', async () => {
    const { panel, chosen } = await opened('?c=demo,eu')
    fireEvent.keyDown(within(panel).getByRole('checkbox', { name: /^us/ }), { key: 'Enter' })
    await waitFor(() => expect(chosen()).toBe('us'))
    toggle(panel, 'open')
    fireEvent.click(within(panel).getByRole('button', { name: 'All clusters' }))
    await waitFor(() => expect(chosen()).toBeUndefined())
  })
  it('is one stop for Tab, and arrows go through it and round', async () => {
    const { panel } = await opened('?c=eu')
    const stops = () => [...panel.querySelectorAll<HTMLElement>('[data-stop]')].map(({ tabIndex }) => tabIndex)
    expect(stops()).toEqual([-1, -1, 0, -1])
    expect(document.activeElement).toBe(within(panel).getByRole('checkbox', { name: /^eu/ }))
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(within(panel).getByRole('checkbox', { name: /^us/ }))
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(within(panel).getByRole('button', { name: 'All clusters' }))
    fireEvent.keyDown(document.activeElement as Element, { key: 'End' })
    expect(stops()).toEqual([-1, -1, -1, 0])
  })
  it('says two names, and of more how many', async () => {
    const { bar, tick } = await opened('?c=demo,us')
    expect(bar.textContent).toBe('demo, us')
    tick(/^eu/)
    await waitFor(() => expect(bar.textContent).toBe('demo, eu and 1 more'))
    expect(bar.getAttribute('aria-label')).toContain('demo, eu and 1 more')
  })
  it('says production as soon as one of the chosen is', async () => {
    const { bar, tick } = await opened('?c=demo')
    expect(bar.getAttribute('aria-label')).toBe('Scope: demo')
    tick(/^eu/)
    await waitFor(() => expect(bar.getAttribute('aria-label')).toBe('Scope: demo, eu, with production'))
    expect(bar.className).toContain('prod')
  })
  it('says of each cluster what is known of it, and of a name in the address that it is none', async () => {
    const { panel } = await opened('?c=gone', [cluster('eu', { production: true }), cluster('far', { problem: { code: 'unreachable', title: '', detail: 'nothing listens', status: 502 } as unknown as Cluster['problem'] })])
    expect(within(panel).getByRole('checkbox', { name: /^eu ?production$/ })).toBeTruthy()
    expect(within(panel).getByRole('checkbox', { name: /^far ?unreachable$/ })).toBeTruthy()
    expect(within(panel).getByRole<HTMLInputElement>('checkbox', { name: /^gone ?not one of yours$/ }).checked).toBe(true)
  })
  it('offers namespaces of one cluster, and of several says why not', async () => {
    const { panel, tick } = await opened('?c=demo')
    expect(await within(panel).findByRole('button', { name: 'All namespaces' })).toBeTruthy()
    tick(/^us/)
    expect(await within(panel).findByText('A namespace is chosen within one cluster.')).toBeTruthy()
    expect(within(panel).queryByRole('button', { name: 'All namespaces' })).toBeNull()
  })
  it('takes away a namespace that a link sets on several clusters', async () => {
    const { panel, router } = await opened('?c=demo,us&n=shop')
    expect(within(panel).getByText(/on each cluster/)).toBeTruthy()
    fireEvent.click(within(panel).getByRole('button', { name: 'All namespaces' }))
    await waitFor(() => expect(router.state.location.search).toEqual({ c: 'demo,us' }))
  })
  it('shows a name that acts as marks, in the list and in the bar', async () => {
    const { bar, panel } = await opened('?c=a%E2%80%AEb', [cluster('a\u202Eb')])
    expect(within(panel).getByTitle('aU+202Eb')).toBeTruthy()
    expect(bar.getAttribute('aria-label')).toBe('Scope: aU+202Eb')
  })
  it('goes back over all that was ticked in one go with one step', async () => {
    const { tick, chosen, router } = await opened('?c=us')
    tick(/^demo/)
    await waitFor(() => expect(chosen()).toBe('demo,us'))
    tick(/^eu/)
    await waitFor(() => expect(chosen()).toBe('demo,eu,us'))
    router.history.back()
    await waitFor(() => expect(chosen()).toBe('us'))
  })
})

describe('of many clusters', () => {
  const MANY = Array.from({ length: 50 }, (_, index) => cluster(`cluster-${String(index).padStart(2, '0')}`))

  it('has a filter, in which one begins, and none of few', async () => {
    const { panel } = await opened('', MANY)
    const filter = within(panel).getByRole('textbox', { name: 'Find a cluster' })
    expect(document.activeElement).toBe(filter)
    fireEvent.change(filter, { target: { value: ' CLUSTER-4' } })
    expect(within(panel).getAllByRole('checkbox')).toHaveLength(10)
    fireEvent.change(filter, { target: { value: 'nope' } })
    expect(within(panel).getByText('No cluster is called that.')).toBeTruthy()
    cleanup()
    expect(within((await opened('')).panel).queryByRole('textbox')).toBeNull()
  })
  it('keeps what is chosen and filtered out', async () => {
    const { panel, tick, chosen } = await opened('?c=cluster-07', MANY)
    fireEvent.change(within(panel).getByRole('textbox'), { target: { value: '42' } })
    tick(/^cluster-42/)
    await waitFor(() => expect(chosen()).toBe('cluster-07,cluster-42'))
    expect(within(panel).getByRole('status').textContent).toBe('2 of 50')
  })
  it('by Enter in the filter chooses the one that is left, and of several none', async () => {
    const { panel, chosen } = await opened('', MANY)
    const filter = within(panel).getByRole('textbox')
    fireEvent.change(filter, { target: { value: '4' } })
    fireEvent.keyDown(filter, { key: 'Enter' })
    expect(chosen()).toBeUndefined()
    fireEvent.change(filter, { target: { value: '42' } })
    fireEvent.keyDown(filter, { key: 'Enter' })
    await waitFor(() => expect(chosen()).toBe('cluster-42'))
    expect(panel.childElementCount).toBe(0)
  })
  it('leads from the filter into the list and back', async () => {
    const { panel } = await opened('', MANY)
    const filter = within(panel).getByRole('textbox')
    fireEvent.keyDown(filter, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(within(panel).getByRole('button', { name: 'All clusters' }))
    fireEvent.change(filter, { target: { value: '4' } })
    fireEvent.keyDown(filter, { key: 'ArrowDown' })
    expect(document.activeElement, 'past all, to what was looked for').toBe(within(panel).getByRole('checkbox', { name: 'cluster-04' }))
    fireEvent.keyDown(document.activeElement as Element, { key: 'Home' })
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' })
    expect(document.activeElement).toBe(filter)
  })
})

