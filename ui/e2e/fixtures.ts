// What every journey gets: a namespace and a host of its own worker, a browser that is logged in, and a watch over what no
// page may do (watch.ts), whoever opened it.
import { test as base, expect, type Page } from '@playwright/test'
import { host, type Host, type Settings } from './host'
import { existing, namespace, type Namespace, type Person } from './plane'
import { watch, type Watch } from './watch'
import { over, wireOf, type Wire } from './wire'

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
  /** Over every page of the test; what it saw by the end fails it. */
  watched: Watch
  /** A further namespace, for this test alone; gone when it ends, however it ends. */
  apart: Namespace
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
  watched: [async ({ browser, world, allowed }, use) => {
    const own = watch(browser, world.host.url, allowed)
    await use(own)
    await own.end()
    expect(own.seen, 'what no page may do').toEqual([])
  }, { auto: true }],
  as: async ({ browser, world, contextOptions }, use) => {
    await use(async (person, path = '/') => {
      const context = await browser.newContext({ ...contextOptions, baseURL: world.host.url })
      const page = await context.newPage()
      await page.goto(world.host.login(person))
      // Not the page's static frame, which stands there before anything works.
      await expect(page.getByRole('combobox').first()).toBeVisible()
      await expect(page).not.toHaveURL(/code=/)
      if (path !== '/') await page.goto(path)
      return page
    })
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

/** The same in a world whose host reaches the editor's API server over a line that the test can slow and cut. */
export const testOver = (make: () => Namespace) =>
  test.extend<object, { line: Wire }>({
    line: [async ({}, use) => {
      const line = await wireOf(existing('default').kubeconfig('editor'))
      await use(line)
      line.close()
    }, { scope: 'worker' }],
    world: [async ({ line }, use: (world: World) => Promise<void>) => {
      const space = make()
      over(line, space.kubeconfig('editor'))
      await live(space, {}, use)
    }, { scope: 'worker', timeout: WORLD_WITHIN_MS }],
  })

export { expect }
