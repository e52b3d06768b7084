import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Finding, Findings, Session } from '@/api/types'
import { readScopeSearch } from '@/shell/scope'
import { useScope } from '@/shell/use-scope'
import { example, exampleProblem, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { BrokenNow } from './broken-now'
import { Sentences } from './sentences'
import { useFindings } from './use-findings'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const type = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments' }
const crash = (name: string, more: object = {}): Finding => ({ rule: 'pod/crash-loop', severity: 'high', sentence: `${name} crashes`, evidence: [], object: { type, namespace: 'shop', name } as Finding['object'], ...more })
const session = (...clusters: [name: string, production?: boolean][]): Session => {
  const recorded = example<Session>('get', '/api/v1/session')
  return { ...recorded, clusters: clusters.map(([name, production = false]) => ({ ...recorded.clusters[0]!, name, production })) }
}
type Answer = Finding[] | 'lost' | 'slow'

function Shown() {
  const scope = useScope()
  return <><BrokenNow query={useFindings(scope)} /><Sentences namespace={scope.namespace} /></>
}

/** The card of a person with these clusters, each of which answers so; what was asked of the host. */
function shown(who: Session, answers: Record<string, Answer>, at = '/') {
  const asked: { path: string; body: string }[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const { pathname, search, searchParams } = new URL(request.url)
    asked.push({ path: pathname + search, body: await request.clone().text() })
    if (pathname === '/api/v1/session') return Response.json(who)
    if (pathname !== '/api/v1/findings') return recordedFetch(request)
    const cluster = searchParams.get('cluster') ?? ''
    const answer = answers[cluster]
    if (answer === 'slow') return new Promise<Response>(() => undefined)
    if (answer === 'lost') return Response.json({ ...(exampleProblem() as object), status: 502, code: 'cluster-unreachable', detail: `${cluster} is away` }, { status: 502 })
    return Response.json({ ...example<Findings>('get', '/api/v1/findings'), findings: answer })
  })
  const root = createRootRoute({ component: Shown, validateSearch: readScopeSearch })
  const paths = ['/', '/chat/$id', '/plans/$id', '/r/$gvr/$cluster/$namespace/$name'].map((path) => createRoute({ getParentRoute: () => root, path }))
  const router = createRouter({ routeTree: root.addChildren(paths), history: createMemoryHistory({ initialEntries: [at] }) })
  renderInConsole(<RouterProvider router={router as never} />)
  return asked
}

const row = async (words: string) => within((await screen.findByText(words)).closest('li')!)
const findingsAsked = (asked: { path: string }[]) => asked.filter(({ path }) => path.startsWith('/api/v1/findings')).map(({ path }) => path)

test('each configured cluster is asked once, and each finding says whose it is', async () => {
  const asked = shown(session(['east'], ['west', true]), { east: [crash('web')], west: [crash('api')] })
  expect((await row('web crashes')).getByText('east')).toBeTruthy()
  expect((await row('api crashes')).getByText('west')).toBeTruthy()
  expect((await row('api crashes')).getByText('production', { exact: false })).toBeTruthy()
  expect((await row('web crashes')).queryByText('production', { exact: false })).toBeNull()
  expect(findingsAsked(asked)).toEqual(['/api/v1/findings?cluster=east', '/api/v1/findings?cluster=west'])
})

test('a finding of the only cluster names none, and leads to its object and its logs', async () => {
  shown(session(['east']), { east: [crash('web')] })
  const finding = await row('web crashes')
  expect(finding.queryByText('east')).toBeNull()
  expect(finding.getByRole('link', { name: 'Deployment shop/web' }).getAttribute('href')).toBe('/r/deployments.apps/east/shop/web')
  expect(finding.getByRole('link', { name: /^Logs/ }).getAttribute('href')).toBe('/r/deployments.apps/east/shop/web?tab=logs')
})

test('what has no pods has no way to logs', async () => {
  shown(session(['east']), { east: [crash('data', { object: { type: { group: '', version: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' }, namespace: 'shop', name: 'data' } })] })
  expect((await row('data crashes')).getAllByRole('link')).toHaveLength(1)
})

test('a finding says what the host advises and how many objects follow from it', async () => {
  shown(session(['east']), { east: [crash('web', { advice: 'push the missing tag', folded: 3 }), crash('api', { folded: 0 })] })
  const finding = await row('web crashes')
  expect(finding.getByText('push the missing tag')).toBeTruthy()
  expect(finding.getByText('and 3 more objects that follow from it')).toBeTruthy()
  expect((await row('api crashes')).queryByText(/follow/)).toBeNull()
})

test('the fix is planned on the cluster of the finding', async () => {
  const asked = shown(session(['east'], ['west']), { east: [], west: [crash('web', { fix: { verb: 'scale' } })] })
  fireEvent.click((await row('web crashes')).getByRole('button', { name: 'Plan the fix' }))
  await vi.waitFor(() => expect(asked.filter(({ path }) => path === '/api/v1/plans').map(({ body }) => (JSON.parse(body) as { cluster: string }).cluster)).toEqual(['west']))
})

test('a lost cluster has its words, the findings of the others stay, and nothing is said to be well', async () => {
  shown(session(['east'], ['west']), { east: [crash('web')], west: 'lost' })
  expect(await row('web crashes')).toBeTruthy()
  expect((await screen.findByRole('list', { name: 'What could not be read' })).textContent).toContain('west: west is away')
  expect(screen.queryByText('Nothing is broken')).toBeNull()
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
})

test('where one is lost and the other has nothing, it is not said that nothing is broken', async () => {
  shown(session(['east'], ['west']), { east: [], west: 'lost' })
  expect(await screen.findByText(/The rest is not known/)).toBeTruthy()
  expect(screen.queryByText('Nothing is broken')).toBeNull()
})

test('while a cluster is still looked at, what the others answered is there', async () => {
  shown(session(['east'], ['west']), { east: [crash('web')], west: 'slow' })
  expect(await row('web crashes')).toBeTruthy()
  expect(screen.getByText(/Still looking at/).textContent).toContain('west')
})

test('nothing is broken where every cluster answered and none has a finding', async () => {
  shown(session(['east'], ['west']), { east: [], west: [] })
  expect(await screen.findByText('Nothing is broken')).toBeTruthy()
})

test('of many findings the worst are shown first and the others when they are asked for', async () => {
  const many = (cluster: string) => Array.from({ length: 15 }, (_, at) => crash(`${cluster}-${at}`))
  shown(session(['east'], ['west']), { east: many('east'), west: many('west') })
  expect(await row('east-0 crashes')).toBeTruthy()
  expect(await row('west-4 crashes')).toBeTruthy()
  expect(screen.queryByText('west-5 crashes')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }))
  expect(screen.getByText('west-14 crashes')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
})

test('who has no cluster is told how to add one, not that nothing is broken', async () => {
  shown(session(), {})
  expect(await screen.findByText('kubechat cluster add NAME --kubeconfig FILE')).toBeTruthy()
  expect(screen.queryByText('Nothing is broken')).toBeNull()
})

const sent = (asked: { path: string; body: string }[]) =>
  asked.filter(({ path }) => path === '/api/v1/prompts').map(({ body }) => (JSON.parse(body) as { cluster?: string }).cluster)

test('where several clusters are in the scope, a sentence says which one it goes to, and goes there', async () => {
  const asked = shown(session(['east'], ['west'], ['north']), { west: [], north: [] }, '/?c=west,north')
  expect((await screen.findByText(/^Asked of/)).textContent).toMatch(/^Asked of west, the first in the scope/)
  fireEvent.click(screen.getByRole('button', { name: 'Ask: what is broken?' }))
  await vi.waitFor(() => expect(sent(asked)).toEqual(['west']))
})

test('where one cluster is in the scope, a sentence goes there and nothing is said', async () => {
  const asked = shown(session(['east'], ['west']), { west: [] }, '/?c=west')
  await screen.findByText('Nothing is broken')
  expect(screen.queryByText(/^Asked of/)).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Ask: what is broken?' }))
  await vi.waitFor(() => expect(sent(asked)).toEqual(['west']))
})
