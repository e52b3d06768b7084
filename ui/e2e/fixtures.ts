// What every journey gets: a namespace and a host of its own worker, a browser that is logged in, and a watch over what no
// page may do: ask another origin, write to the browser's console, break the content policy, keep a token.
import { test as base, expect, type Page } from '@playwright/test'
import { host, type Host, type Settings } from './host'
import { namespace, type Namespace, type Person } from './plane'

export interface World {
  readonly space: Namespace
  readonly host: Host
}

interface PerWorker {
  world: World
}

interface PerTest {
  /** Opens a page in a browser of this person's own, logged in. */
  as: (person: Person, path?: string) => Promise<Page>
  /** What the browser may say on its console in this test; nothing, unless a test brings it about. */
  allowed: RegExp[]
  /** A further namespace, for this test alone; gone when it ends, however it ends. */
  apart: Namespace
}

/** What was seen that must not be. */
function watched(page: Page, origin: string, allowed: RegExp[]): string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('blob:')) seen.push(`a request to ${request.url()}`)
  })
  page.on('console', (message) => {
    const text = `${message.type()}: ${message.text()}`
    if (!allowed.some((words) => words.test(text))) seen.push(`the console says ${text} (${message.location().url})`)
  })
  page.on('pageerror', (error) => seen.push(`an error nobody caught: ${error.message}`))
  return seen
}

async function stored(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
}

const WORLD_WITHIN_MS = 120_000

async function live(space: Namespace, settings: Settings, use: (world: World) => Promise<void>): Promise<void> {
  const own = await host(space, settings)
  await use({ space, host: own })
  await own.stop()
  space.remove()
}

export const test = base.extend<PerTest, PerWorker>({
  world: [async ({}, use, worker) => {
    const space = namespace(`console-${worker.workerIndex}`)
    space.deploy('web', 3)
    await live(space, {}, use)
  }, { scope: 'worker', timeout: WORLD_WITHIN_MS }],
  allowed: [[], { option: true }],
  apart: async ({}, use) => {
    const space = namespace('console-apart')
    await use(space)
    space.remove()
  },
  as: async ({ browser, world, allowed, contextOptions }, use) => {
    const open: { page: Page; seen: string[] }[] = []
    await use(async (person, path = '/') => {
      const context = await browser.newContext({ ...contextOptions, baseURL: world.host.url })
      const page = await context.newPage()
      open.push({ page, seen: watched(page, world.host.url, allowed) })
      await page.goto(world.host.login(person))
      // Not the page's static frame, which stands there before anything works.
      await expect(page.getByRole('combobox').first()).toBeVisible()
      await expect(page).not.toHaveURL(/code=/)
      if (path !== '/') await page.goto(path)
      return page
    })
    for (const { page, seen } of open) {
      if (!page.isClosed()) {
        expect(await stored(page), 'nothing secret is kept in the browser').not.toMatch(/[0-9a-f]{64}/)
      }
      await page.context().close()
      expect(seen, 'what no page may do').toEqual([])
    }
  },
})

/** The same in another world: a namespace as it is made here, and a host of its own on it. */
export const testIn = (make: () => Namespace, settings: (space: Namespace) => Settings = () => ({})) =>
  test.extend<object, object>({
    world: [async ({}, use: (world: World) => Promise<void>) => {
      const space = make()
      await live(space, settings(space), use)
    }, { scope: 'worker', timeout: WORLD_WITHIN_MS }],
  })

export { expect }
