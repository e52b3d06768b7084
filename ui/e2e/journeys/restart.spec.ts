// The host is killed under open tabs and comes back. Each tab in front says that it is no longer live; once one has logged in
// again (sessions live in memory, so that is owed), each goes on where it was, loaded once, with what changed meanwhile.
import type { Page } from '@playwright/test'
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'
import { said } from '../said'
import { staleSoonAfter } from '../stale'
import { front } from '../visit'

const test = testIn(() => {
  const space = namespace('console-restart')
  space.deploy('web', 3)
  return space
})

test.use({ allowed: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_NETWORK|status of 401/] })

const BEFORE = 'scale web to 4'
const AFTER = 'scale web to 5'

interface Tab {
  path: string
  /** Holds that it shows how things are after all: once what is there, not at all what is gone. */
  shows: (main: ReturnType<Page['getByRole']>) => Promise<void>
}

const TABS = (space: string, { thread, plan }: { thread: string; plan: string }): Tab[] => {
  const in_ = `c=demo&n=${space}`
  const row = (main: ReturnType<Page['getByRole']>, name: string) => main.getByRole('row').filter({ hasText: name })
  const plans: Tab['shows'] = async (main) => {
    for (const replicas of [4, 5]) await expect(main.getByRole('link').filter({ hasText: `to ${replicas}` })).toHaveCount(1)
  }
  return [
    { path: `/plans?${in_}`, shows: plans },
    { path: `/plans/${plan}`, shows: (main) => expect(main.getByText('Ready to run')).toHaveCount(1) },
    { path: '/chat', shows: async (main) => { for (const words of [BEFORE, AFTER]) await expect(main.getByRole('link', { name: words })).toHaveCount(1) } },
    { path: `/chat/${thread}`, shows: (main) => expect(main.getByRole('article', { name: BEFORE, exact: true })).toHaveCount(1) },
    { path: `/r/configmaps?${in_}`, shows: async (main) => {
      await expect(row(main, 'made-meanwhile')).toHaveCount(1)
      await expect(row(main, 'stays')).toHaveCount(1)
      await expect(row(main, 'goes')).toHaveCount(0)
    } },
    { path: `/r/configmaps/demo/${space}/stays`, shows: (main) => expect(main.getByText('note=meanwhile')).toHaveCount(1) },
    { path: `/r/deployments.apps?${in_}`, shows: (main) => expect(row(main, 'web').filter({ hasText: '2/2' })).toHaveCount(1) },
    { path: '/clusters', shows: (main) => expect(main.getByRole('heading', { name: 'demo' })).toHaveCount(1) },
    { path: '/settings', shows: (main) => expect(main.getByText('settle_s')).toHaveCount(1) },
    { path: `/?${in_}`, shows: (main) => expect(main.getByRole('heading', { level: 1 })).toHaveCount(1) },
  ]
}

const live = (page: Page) => expect(page.getByText('Live', { exact: true })).toBeVisible()

test('the host restarts under ten tabs, and each goes on where it was', async ({ as, world }) => {
  test.setTimeout(240_000)
  const { space } = world
  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' } })
  space.apply(configMap('stays'), configMap('goes'))
  const first = await as('editor')
  const tabs = TABS(space.name, await said(first, space.name, BEFORE))
  const pages: Page[] = []
  for (const { path } of tabs) {
    const page = pages.length === 0 ? first : await first.context().newPage()
    await page.goto(path)
    await live(page)
    await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
    await page.evaluate(() => Object.assign(window, { loaded: 'once' }))
    await front(page, false)
    pages.push(page)
  }
  const [, second] = pages as [Page, Page]
  await front(first, true)
  await staleSoonAfter(first, () => world.host.kill())
  for (const page of pages.slice(1)) {
    await front(page, true)
    await expect(page.getByText('Connection lost', { exact: true })).toBeVisible()
    if (page !== second) await front(page, false)
  }
  space.apply(configMap('made-meanwhile'))
  space.kubectl('delete', 'configmap', 'goes')
  space.kubectl('annotate', 'configmap', 'stays', 'note=meanwhile')
  space.kubectl('scale', 'deployment/web', '--replicas=2')
  await world.host.start()
  for (const page of [first, second]) await expect(page.getByRole('heading', { name: 'Log in to Kubechat' })).toBeVisible()
  await first.getByRole('textbox', { name: 'Or paste the link here' }).fill(world.host.login('editor'))
  await first.getByRole('button', { name: 'Log in', exact: true }).click()
  await live(first)
  await live(second)
  await front(second, false)
  await said(first, space.name, AFTER)
  for (const [at, { path, shows }] of tabs.entries()) {
    await test.step(path, async () => {
      const page = pages[at]!
      await front(page, true)
      await live(page)
      await shows(page.getByRole('main'))
      await expect(page.getByText('may be old')).toHaveCount(0)
      expect(await page.evaluate(() => (window as unknown as { loaded?: string }).loaded), 'not loaded anew').toBe('once')
      await front(page, false)
    })
  }
})
