// Every page where it has nothing to show: of a person with nothing or without the right to look, under a filter that nothing
// fits, of a host whose reads fail, without the network. Each says so in the page's own words, with nothing for axe to find in
// any theme. Failures and refusals come from the test's hand, in the host's shape.
import type { Page } from '@playwright/test'
import { clean } from './axe'
import { FILTERED } from './filters'
import { expect, testIn } from './fixtures'
import { namespace } from './plane'
import { PATTERNS, type Names } from './routes'
import { said } from './said'
import { staleSoonAfter } from './stale'
import { front, visit } from './visit'

const test = testIn(() => namespace('console-empty'))
test.use({ allowed: [/status of (40[34]|50[03])|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/] })
/** As plans are called, though none is called so. */
const NOBODYS = `p-${'0'.repeat(12)}`

const NO_NAMES: Names = { thread: '', plan: '', gvr: '', cluster: '', namespace: '', name: '' }

/** Names of things that are not there, but for the conversation: it is there and nothing was said in it. */
async function nothing(page: Page, space: string): Promise<Names> {
  const thread = await page.evaluate(() =>
    fetch('/api/v1/threads', { method: 'POST', headers: { 'x-kubechat': '1', 'content-type': 'application/json' }, body: '{}' })
      .then((answer) => answer.json()).then(({ id }: { id: string }) => id))
  return { thread, plan: NOBODYS, gvr: 'deployments.apps', cluster: 'demo', namespace: space, name: 'web' }
}

/** The lists of a person with nothing: each says so, and what to do. */
const EMPTY: Record<string, RegExp[]> = {
  '/': [/Nothing waits for you/, /Nothing is broken/, /No plans yet/],
  '/chat': [/No conversations yet/],
  '/plans': [/Nothing fits the filter/],
  '/r/$gvr': [/There are none/],
  '/models': [/No model: Kubechat works without one/],
  // A host that starts for the first time has looked for Ollama once: its log is never quite empty.
  '/egress': [/every destination is closed/],
}

test('every page of a person with nothing', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  for (const [pattern, words] of Object.entries(EMPTY)) {
    await visit(page, pattern, { ...NO_NAMES, gvr: 'deployments.apps', cluster: 'demo', namespace: world.space.name })
    for (const word of words) await expect(page.getByRole('main')).toContainText(word)
  }
  const names = await nothing(page, world.space.name)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await visit(page, pattern, names)
      await clean(page, `${pattern}, with nothing`)
    })
  }
})

interface Refusal { status: number; code: string; retryable: boolean; hint?: string }

/** Reads and the stream are answered with this problem, in the host's shape. */
async function refuse(page: Page, { status, code, retryable, hint = 'this is what the hint says' }: Refusal, but: RegExp | null): Promise<void> {
  const body = { type: 'about:blank', title: code, status, code, detail: `the test refuses with ${code}`, hint, retryable, trace_id: '8f0c2d4a1b3e5f60' }
  // Who may not list may not watch either; other writes are no reads.
  const isRead = (method: string, path: string) => method === 'GET' || (status === 403 && path.endsWith('/topics'))
  await page.route(/\/api\/v1\//, (route) =>
    !isRead(route.request().method(), new URL(route.request().url()).pathname) || but?.test(new URL(route.request().url()).pathname)
      ? route.continue()
      : route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(body) }))
}

test('every page of a host whose reads fail', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const names = await nothing(page, world.space.name)
  await refuse(page, { status: 500, code: 'fault', retryable: false }, /\/session$/)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await visit(page, pattern, names)
      await expect(page.getByRole('main'), pattern).toContainText('fault')
      await expect(page.getByRole('main').getByRole('button', { name: 'Try again' }).first()).toBeVisible()
      await clean(page, `${pattern}, failing`)
    })
  }
})

test('every page of a person who may read nothing of it', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const names = await nothing(page, world.space.name)
  const canI = `kubectl auth can-i list pods -n ${names.namespace}`
  // Who this is and what happens is told as ever.
  await refuse(page, { status: 403, code: 'forbidden', retryable: false, hint: `see: ${canI}` }, /\/(session|events)$/)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await visit(page, pattern, names)
      await expect(page.getByRole('main'), pattern).toContainText('You lack a permission')
      await expect(page.getByRole('main'), pattern).toContainText(canI)
      await clean(page, `${pattern}, forbidden`)
    })
  }
})

/** Nothing fits because of the filter: there is something. */
const filled = testIn(() => {
  const space = namespace('console-filled')
  space.deploy('web', 1)
  return space
})

filled('every filter of every page, set so that nothing fits', async ({ as, world }) => {
  test.setTimeout(FILTERED.length * 30_000)
  const page = await as('editor')
  const names = await said(page, world.space.name)
  for (const { pattern, search, words } of FILTERED) {
    await test.step(`${pattern} ${JSON.stringify(search)}`, async () => {
      await visit(page, pattern, names, search)
      await expect(page.getByRole('main')).toContainText(words)
      await clean(page, `${pattern}, filtered by ${JSON.stringify(search)}`)
    })
  }
})

test('every page of a host that can answer nothing for now, not even who this is', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const names = await nothing(page, world.space.name)
  // It is asked again twice before it is believed.
  await refuse(page, { status: 503, code: 'store-unavailable', retryable: true }, null)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await visit(page, pattern, names)
      await expect(page.getByRole('main'), pattern).toContainText('store-unavailable')
      await clean(page, `${pattern}, for now`)
    })
  }
})

/** Within the page, as its links do: there is no network to load another one over. */
async function go(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')) }, address)
}

test('every page without the network: what was read stays, is said to be old, and comes back', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const context = page.context()
  const names = await nothing(page, world.space.name)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await visit(page, pattern, names)
      // The browser lets what is open go on; a tab that comes to the front again begins anew.
      await staleSoonAfter(page, async () => {
        await context.setOffline(true)
        await front(page, false)
        await front(page, true)
      })
      await clean(page, `${pattern}, cut off`)
      await context.setOffline(false)
      await expect(page.getByText('Live', { exact: true })).toBeVisible()
    })
  }
  await context.setOffline(true)
  await go(page, '/plans')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})
