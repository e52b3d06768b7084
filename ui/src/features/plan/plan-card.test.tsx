import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Plan, Session } from '@/api/types'
import { example, exampleProblem, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { PlanCard, PlanView } from '.'

const plan = example<Plan>('GET', '/api/v1/plans/{id}')
const session = example<Session>('GET', '/api/v1/session')

interface Sent { method: string; path: string; headers: Headers; body: string }
let sent: Sent[]
let answers: Record<string, () => Response>

beforeEach(() => {
  sent = []
  answers = { 'GET /api/v1/session': () => Response.json({ ...session, name: plan.requester }) }
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const path = new URL(request.url).pathname
    const answer = answers[`${request.method} ${path}`]
    sent.push({ method: request.method, path, headers: request.headers, body: await request.clone().text() })
    return answer === undefined ? recordedFetch(request) : answer()
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const shows = (fields: Partial<Plan>) => { answers[`GET /api/v1/plans/${plan.id}`] = () => Response.json({ ...plan, ...fields }) }
const refuses = (call: string, status: number, fields: object) => {
  answers[call] = () => Response.json({ ...(exampleProblem() as object), status, ...fields }, { status, headers: { 'content-type': 'application/problem+json' } })
}

function renderAt(page: () => React.ReactNode) {
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: '/plans/$id', component: page })
  const router = createRouter({ routeTree: root.addChildren([here]), history: createMemoryHistory({ initialEntries: [`/plans/${plan.id}`] }) })
  return renderInConsole(<RouterProvider router={router as never} />)
}
const card = () => renderAt(() => <PlanCard id={plan.id} />)
const asked = (method: string, end: string) => sent.filter((each) => each.method === method && each.path.endsWith(end))

test('a card says what would happen, how risky it is and what else it touches', async () => {
  card()
  expect(await screen.findByText('scale Deployment shop/web from 1 to 2')).toBeTruthy()
  expect(screen.getByText('Ready to run')).toBeTruthy()
  expect(screen.getByText('low risk')).toBeTruthy()
  expect(screen.getByText('Touches 1 pod')).toBeTruthy()
})

const clusters = (...named: [string, boolean][]) => {
  const of = named.map(([name, production]) => ({ name, production, mode: 'guarded' as const, mode_reason: null, problem: null, user: null }))
  answers['GET /api/v1/session'] = () => Response.json({ ...session, name: plan.requester, clusters: of })
}

test('a card names each cluster it writes to, and which of them is production', async () => {
  clusters(['demo', false], ['live', true])
  shows({ clusters: ['demo', 'live'], parts: plan.parts.flatMap((part) => [part, { ...part, cluster: 'live' }]) })
  card()
  const live = (await screen.findByText('live')).closest('span')
  expect(live?.textContent).toBe('live / shop')
  expect(live?.parentElement?.textContent).toBe('live / shopproduction')
  expect(screen.getAllByText('demo')[0]?.closest('span')?.parentElement?.textContent).toBe('demo / shop')
})

test('the second look names the cluster', async () => {
  clusters(['demo', true])
  shows({ steps: plan.steps.map((step) => ({ ...step, reversibility: { class: 'none', because: 'the pods are gone' } as never })) })
  card()
  fireEvent.click(await screen.findByRole('button', { name: 'Run' }))
  const dialog = screen.getByRole('dialog', { hidden: true })
  expect(dialog.textContent).toContain('demo / shop')
  expect(dialog.textContent).toContain('production')
})

test('somebody of no group that is asked is told who can approve, and is not offered to', async () => {
  answers['GET /api/v1/session'] = () => Response.json({ ...session, name: 'jon', groups: ['shop-team'] })
  const parts = plan.parts.map((part) => ({ ...part, approval: part.approval && { ...part.approval, tally: { tally: 'waiting', missing: [{ groups: ['sre'], votes: 1 }] } as never } }))
  shows({ state: 'needs-approval', parts })
  card()
  expect(await screen.findByText(/^Members of sre/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull()
})

const denied = () => {
  const verdict = { pack: 'baseline', rule: 'no-floating-tag', severity: 'high', sentence: 'The image can be another one tomorrow', remedy: 'Name a version, such as `web:1.4.2`', effect: { effect: 'deny' }, enforced: true }
  const parts = plan.parts.map((part) => ({ ...part, decision: { ...part.decision, outcome: { outcome: 'deny' } as never, verdicts: [verdict] as never[] } }))
  shows({ state: 'denied', parts })
}

test('what policy says in quotes is code, and what it refused is changed on the card', async () => {
  denied()
  card()
  expect((await screen.findByText('web:1.4.2')).closest('code')).toBeTruthy()
  expect(screen.queryByText(/`/)).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Change it' }))
  fireEvent.change(screen.getByLabelText(/replicas/), { target: { value: '7' } })
  fireEvent.click(screen.getByRole('button', { name: 'Change the plan' }))
  await waitFor(() => expect(asked('PATCH', plan.id)).toHaveLength(1))
})

test('the kubectl lines of a refused plan are folded and said to be past the policy', async () => {
  denied()
  renderAt(() => <PlanView id={plan.id} />)
  expect(await screen.findByText('policy refused this')).toBeTruthy()
  expect(screen.queryByText(plan.steps[0]?.kubectl ?? 'none')).toBeNull()
})

test('on the page the change stands before what can be done about it', async () => {
  renderAt(() => <PlanView id={plan.id} />)
  const run = await screen.findByRole('button', { name: 'Run' })
  const change = screen.getByRole('group', { name: 'What the server would change' })
  expect(change.compareDocumentPosition(run) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
})

test('on the page what a model chose by itself stands before what can be done about it', async () => {
  shows({ chosen: [{ operation: 0, choice: 'image', value: 'evil:1', read_in: { origin: 'logs of web' } }] as never })
  renderAt(() => <PlanView id={plan.id} />)
  const run = await screen.findByRole('button', { name: 'Run' })
  const [note] = screen.getAllByRole('note')
  expect(note?.textContent).toContain('evil:1')
  expect((note?.compareDocumentPosition(run) ?? 0) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
})

test('once it ran, what else was touched is told as past, and its sentences as what was foreseen', async () => {
  shows({ state: 'succeeded', stands: ['demo'], run: 'x-1' })
  renderAt(() => <PlanView id={plan.id} />)
  expect(await screen.findByText('Touched 1 pod')).toBeTruthy()
  expect(await screen.findByText('What else this touched')).toBeTruthy()
  expect(await screen.findByText('Foreseen before it ran:')).toBeTruthy()
})

test('a run is begun with the version that was shown and a key; silence keeps the key, an answer ends it', async () => {
  answers[`POST /api/v1/plans/${plan.id}/execute`] = () => { throw new TypeError('network down') }
  card()
  const run = await screen.findByRole('button', { name: 'Run' })
  fireEvent.click(run)
  await screen.findByRole('alert')
  fireEvent.click(screen.getByRole('button', { name: 'Run' }))
  await waitFor(() => expect(asked('POST', '/execute')).toHaveLength(2))
  const [first, second] = asked('POST', '/execute')
  expect(first?.headers.get('if-match')).toBe(plan.etag)
  expect(first?.headers.get('idempotency-key')).toBeTruthy()
  expect(second?.headers.get('idempotency-key')).toBe(first?.headers.get('idempotency-key'))
})

test('what can not be undone asks a second time before it runs', async () => {
  shows({ steps: plan.steps.map((step) => ({ ...step, reversibility: { class: 'none', because: 'the pods are gone' } as never })) })
  card()
  fireEvent.click(await screen.findByRole('button', { name: 'Run' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Run it', hidden: true }))
  await waitFor(() => expect(asked('POST', '/execute')).toHaveLength(1))
})

test('an approval carries the digest of the part that was shown', async () => {
  answers['GET /api/v1/session'] = () => Response.json({ ...session, name: 'jon' })
  const parts = plan.parts.map((part) => ({ ...part, approval: part.approval && { ...part.approval, tally: { tally: 'waiting', missing: [{ groups: [], votes: 1 }] } as never } }))
  shows({ state: 'needs-approval', parts })
  card()
  fireEvent.click(await screen.findByRole('button', { name: 'Approve' }))
  await waitFor(() => expect(asked('POST', '/approve')).toHaveLength(1))
  expect(JSON.parse(asked('POST', '/approve')[0]?.body ?? '')).toEqual({ digest: plan.parts[0]?.approval?.digest })
})

test('a refusal stands beside the button, with what to do', async () => {
  refuses(`POST /api/v1/plans/${plan.id}/execute`, 412, { code: 'precondition-failed', detail: 'the plan was changed in between' })
  card()
  fireEvent.click(await screen.findByRole('button', { name: 'Run' }))
  expect((await screen.findByRole('alert')).textContent).toContain('the plan was changed in between')
})

test('a plan that is not there says so, with code and trace', async () => {
  refuses(`GET /api/v1/plans/${plan.id}`, 404, { code: 'not-found', detail: 'there is no such plan' })
  card()
  expect(await screen.findByText('There is no such plan')).toBeTruthy()
})

test('the page stands though what else it touches can not be read', async () => {
  refuses(`GET /api/v1/plans/${plan.id}/radius`, 503, { code: 'store-unavailable', detail: 'the store is away' })
  renderAt(() => <PlanView id={plan.id} />)
  expect(await screen.findByText('The store is away')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Run' })).toBeTruthy()
})

test('an edit names the version that was shown', async () => {
  renderAt(() => <PlanView id={plan.id} />)
  fireEvent.click(await screen.findByText('Change the parameters'))
  fireEvent.change(screen.getByLabelText(/replicas/), { target: { value: '7' } })
  fireEvent.click(screen.getByRole('button', { name: 'Change the plan' }))
  await waitFor(() => expect(asked('PATCH', plan.id)).toHaveLength(1))
  const [edit] = asked('PATCH', plan.id)
  expect(edit?.headers.get('if-match')).toBe(plan.etag)
  expect(JSON.parse(edit?.body ?? '')).toEqual({ operations: [{ ...plan.operations[0], replicas: 7 }] })
})

test('what ran and can not be undone says why, and offers no undo', async () => {
  shows({
    state: 'succeeded', stands: ['demo'],
    steps: plan.steps.map((step) => ({ ...step, reversibility: { class: 'none', because: 'the pods are gone' } as never })),
  })
  card()
  expect((await screen.findByText(/Cannot be undone, because/)).textContent).toContain('the pods are gone')
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
})
