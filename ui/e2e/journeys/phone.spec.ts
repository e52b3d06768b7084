// The same on a phone: asked, seen, run and taken back with a thumb.
import { clean } from '../axe'
import { expect, test } from '../fixtures'
import { small } from '../touch'
import { card, run, say, undo } from './say'

test('on a phone', async ({ as, world }) => {
  const page = await as('editor')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn)).toContainText('spec.replicas: 5')
  await run(card(turn))
  await undo(turn)
  expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('3')
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(beyond, 'nothing stands beyond the edge').toBe(0)
})

test('on a phone, what a plan changes is in sight together with what can be done about it', async ({ as }) => {
  const page = await as('editor')
  const path = await card(await say(page, 'scale web to 6')).getByRole('link', { name: 'Open' }).getAttribute('href')
  await page.goto(path ?? '')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeInViewport({ ratio: 1 })
  const change = page.getByRole('group', { name: 'What the server would change' })
  await expect(change).toContainText('spec.replicas: 6')
  await expect(change).toBeInViewport({ ratio: 1 })
  const [changed, button] = await Promise.all([change.boundingBox(), page.getByRole('button', { name: 'Run', exact: true }).boundingBox()])
  expect((changed?.y ?? 0) + (changed?.height ?? 0), 'and not below the buttons').toBeLessThan(button?.y ?? 0)
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await expect(page.getByText(/^Rejected/).first()).toBeVisible()
})

test('on a phone, the chosen one of more tabs than fit is in sight', async ({ as, world }) => {
  const page = await as('editor', `/r/deployments.apps/demo/${world.space.name}/web?tab=history`)
  const tabs = page.getByRole('tablist')
  await expect(tabs.getByRole('tab', { name: 'History' })).toBeInViewport()
  await expect(tabs.getByRole('tab', { name: 'Overview' })).not.toBeInViewport()
  await tabs.getByRole('tab', { name: 'History' }).press('ArrowRight')
  await expect(tabs.getByRole('tab', { name: 'Overview' })).toBeInViewport()
  await expect(tabs, 'the edge with more behind it fades').toHaveAttribute('data-more', 'after')
})

test('on a phone that is turned, the chosen tab stays in sight', async ({ as, world }) => {
  const page = await as('editor', `/r/deployments.apps/demo/${world.space.name}/web?tab=history`)
  const chosen = page.getByRole('tab', { name: 'History' })
  await expect(chosen).toBeInViewport({ ratio: 1 })
  const upright = page.viewportSize() ?? { width: 390, height: 844 }
  await page.setViewportSize({ width: upright.height, height: upright.width })
  await expect(page.getByRole('tablist'), 'all fit').toHaveAttribute('data-more', 'none')
  await page.setViewportSize(upright)
  await expect(chosen).toBeInViewport({ ratio: 1 })
})

test('on a phone, a log is broken into lines, ends above the navigation, and has its options behind one button', async ({ as, world }) => {
  const page = await as('editor', `/r/deployments.apps/demo/${world.space.name}/web?tab=logs`)
  const logs = page.getByRole('region', { name: 'Logs' })
  await logs.getByRole('button', { name: 'Options' }).click()
  await expect(page.getByRole('button', { name: 'Wrap' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Timestamps' }).click()
  await expect(page).toHaveURL(/times=true/)
  await clean(page, 'the options of a log')
  await page.keyboard.press('Escape')
  await expect(logs.getByRole('button', { name: 'Options, 1 chosen' })).toBeVisible()
  const [foot, download] = [await page.getByRole('navigation', { name: 'Main' }).boundingBox(), await logs.getByRole('button', { name: 'Download' }).boundingBox()]
  expect((download?.y ?? 0) + (download?.height ?? 0), 'nothing lies over it').toBeLessThanOrEqual(foot?.y ?? 0)
})

test('on a phone, a sentence is sent and who one is is found without a keyboard', async ({ as }) => {
  const page = await as('editor')
  await page.getByRole('combobox', { name: 'Ask, or say what to change' }).fill('list pods')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page).toHaveURL(/\/chat\/t-/)
  await page.getByRole('button', { name: 'More' }).click()
  const more = page.getByRole('group', { name: 'More' })
  await expect(more.getByText('editor', { exact: true })).toBeVisible()
  await expect(more.getByRole('button', { name: 'Log out' })).toBeVisible()
  await clean(page, 'what is behind More', ':popover-open')
})

test('on a phone, what is pressed is large enough for a finger, and typing zooms nothing', async ({ as, world }) => {
  const page = await as('editor')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn).getByText('Ready to run')).toBeVisible()
  expect(await small(page), 'in a conversation').toEqual([])
  const place = `c=demo&n=${world.space.name}`
  for (const path of ['/', '/plans', `/r?${place}`, `/r/pods?${place}`, `/r/deployments.apps/demo/${world.space.name}/web`, '/clusters', '/models', '/egress', '/settings', '/help']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
    expect(await small(page), path).toEqual([])
  }
})

test('on a phone, a row of a list has its name and below it what tells it from the next', async ({ as, world }) => {
  const page = await as('editor', `/r/pods?c=demo&n=${world.space.name}`)
  const grid = page.getByRole('grid', { name: 'Objects' })
  const row = grid.getByRole('row').filter({ hasText: 'Running' }).first()
  const [name = ''] = world.space.kubectl('get', 'pods', '-o', 'name').split('\n')
  await expect(grid.getByRole('link', { name: name.replace('pod/', '') })).toBeVisible()
  for (const words of [/Ready\d\/\d/, /Restarts\d/, /Age\d/]) await expect(row.getByRole('gridcell').filter({ hasText: words })).toBeInViewport({ ratio: 1 })
  const beyond = await grid.evaluate((own) => own.scrollWidth - own.clientWidth)
  expect(beyond, 'it does not scroll sideways').toBe(0)
  await clean(page, 'a list on a phone')
})
