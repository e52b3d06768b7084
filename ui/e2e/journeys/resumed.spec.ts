// The line between a browser and the host is lost while something happens, and comes back. The page says so within three
// seconds by its own clock, asks for what it missed by the id it heard last, and then shows all of it, once.
import { request, type APIRequestContext, type Page } from '@playwright/test'
import { expect, test as base, type World } from '../fixtures'
import { host, type Host } from '../host'
import { namespace } from '../plane'
import { said } from '../said'
import { scriptedModels } from '../script'
import { staleSoonAfter } from '../stale'
import { BESIDE, wire, type Wire } from '../wire'
import { say } from './say'

const TALE = 'Three pods of web came up and the fourth is waiting for a node with room'
const SCRIPT = scriptedModels([{ when: 'slowly', rounds: [TALE.split(' ').map((word) => ({ wait_ms: 250, text: `${word} ` }))] }])

/** The host as it is, and the line that the browsers reach it over. */
interface Reached { direct: Host; line: Wire; world: World }

const test = base.extend<object, { reached: Reached }>({
  reached: [async ({}, use) => {
    const space = namespace('console-resumed')
    space.deploy('web', 3)
    const direct = await host(space, { lines: SCRIPT })
    const port = Number(new URL(direct.url).port)
    const line = await wire(port, { host: BESIDE, port })
    const url = `http://${BESIDE}:${port}`
    await use({ direct, line, world: { space, host: { ...direct, url, login: (person) => direct.login(person).replace(direct.url, url) } } })
    line.close()
    await direct.stop()
    space.remove()
  }, { scope: 'worker', timeout: 120_000 }],
  world: [({ reached }, use) => use(reached.world), { scope: 'worker' }],
})

// What a cut line looks like to the browser.
test.use({ allowed: [/ERR_(EMPTY_RESPONSE|CONNECTION_RESET|CONNECTION_CLOSED|CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)/] })

/** The same person's other hand, on a line of its own. */
async function otherHand(direct: Host): Promise<APIRequestContext> {
  const hand = await request.newContext({ baseURL: direct.url, extraHTTPHeaders: { 'x-kubechat': '1' } })
  const code = new URL(direct.login('editor')).hash.replace('#code=', '')
  expect((await hand.post('/api/v1/session', { data: { code } })).ok()).toBe(true)
  return hand
}

/** The ids with which the page asks for its stream from now on; null where it asks from the beginning. */
function resumptions(page: Page): (string | null)[] {
  const ids: (string | null)[] = []
  page.on('request', (asked) => {
    if (new URL(asked.url()).pathname === '/api/v1/events') ids.push(asked.headers()['last-event-id'] ?? null)
  })
  return ids
}

const live = (page: Page) => expect(page.getByText('Live', { exact: true })).toBeVisible()

test('the network falls silent in the middle of an answer, which then stands whole and once', async ({ as, reached: { line } }) => {
  const page = await as('editor')
  const turn = await say(page, 'tell it slowly')
  await expect(turn.getByText('Three pods')).toBeVisible()
  const ids = resumptions(page)
  await staleSoonAfter(page, () => line.silence())
  await expect(turn.getByText('Three pods'), 'what is known stays').toBeVisible()
  line.mend()
  await live(page)
  expect(ids.at(-1), 'it says what it heard last').toMatch(/^.+-\d+$/)
  await expect(turn.getByText(TALE)).toHaveCount(1)
  await expect(turn.getByText('Three pods')).toHaveCount(1)
  await expect(turn.getByText('The answer was cut off here')).toHaveCount(0)
})

/** Events of the stream as the host sent them: where each stands, and what it is. */
const eventsIn = (text: string) => [...text.matchAll(/^id: \S+-(\d+)\r?\nevent: (?!hello)(\w+)/gm)].map(([, seq, event]) => ({ seq: Number(seq), event }))

test('the line is cut while a plan runs, and the host tells again what was missed and nothing else', async ({ as, reached: { direct, line }, world: { space } }) => {
  const page = await as('editor')
  const { plan } = await said(page, space.name, 'scale web to 5')
  await page.goto(`/plans/${plan}`)
  await expect(page.getByText('Ready to run')).toHaveCount(1)
  const ids = resumptions(page)
  await staleSoonAfter(page, () => line.cut())
  const hand = await otherHand(direct)
  const asked = await hand.post(`/api/v1/plans/${plan}/execute`, { headers: { 'idempotency-key': crypto.randomUUID() }, data: {} })
  const { run } = (await asked.json()) as { run: string }
  const stateOf = async () => ((await (await hand.get(`/api/v1/runs/${run}`)).json()) as { state: string }).state
  await expect.poll(stateOf, { timeout: 45_000 }).toBe('succeeded')
  await expect(page.getByText('Ready to run'), 'nobody could tell it').toHaveCount(1)
  let heard = ''
  line.listen((bytes) => { heard += bytes.toString() })
  line.mend()
  await live(page)
  await expect(page.getByRole('main').getByRole('status').getByText('Done', { exact: true })).toHaveCount(1)
  await expect(page.getByText('Ready to run')).toHaveCount(0)
  const from = Number(/-(\d+)$/.exec(ids.at(-1) ?? '')?.[1])
  const events = eventsIn(heard)
  expect(events.map(({ event }) => event), 'it was told, not read anew for want of it').toContain('execution_status')
  expect(heard).not.toContain('event: resync')
  expect(events.map(({ seq }) => seq), 'each once, from the first that was missed').toEqual(events.map((_, at) => from + 1 + at))
  await hand.dispose()
})
