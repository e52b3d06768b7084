// The host is killed under open tabs and comes back: the tab in front says that it is no longer live, and every one works
// again once one has logged in. Sessions live in memory, so that is owed.
import { expect, test } from '../fixtures'
import { front } from '../visit'

test.use({ allowed: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_NETWORK|status of 401/] })

const TABS = 10

test(`the host restarts under ${TABS} tabs`, async ({ as, world }) => {
  test.setTimeout(180_000)
  const first = await as('editor')
  const tabs = [first]
  while (tabs.length < TABS) {
    await front(tabs[tabs.length - 1]!, false)
    const tab = await first.context().newPage()
    await tab.goto('/plans')
    await expect(tab.getByRole('heading', { level: 1 })).toBeVisible()
    tabs.push(tab)
  }
  await front(tabs[tabs.length - 1]!, false)
  // The tab reads again once it listens; that is over before the host goes.
  const readAgain = first.waitForResponse((answer) => answer.url().includes('/api/v1/plans?'))
  await front(first, true)
  await expect(first.getByText('Live', { exact: true })).toBeVisible()
  await (await readAgain).finished()
  await world.host.kill()
  await expect(first.getByText('Live', { exact: true })).toBeHidden({ timeout: 5_000 })
  await world.host.start()
  await first.goto(world.host.login('editor'))
  for (const tab of tabs) {
    await tab.reload()
    await expect(tab.getByText('Live', { exact: true })).toBeVisible()
    await front(tab, false)
  }
})
