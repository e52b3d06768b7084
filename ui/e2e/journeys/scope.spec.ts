// Two of three clusters are chosen, by the mouse and by the keyboard: the rows of both are there and not the third's, the
// address keeps it, and a sentence says of which one it is asked. The three are three lines to one control plane; whose a row
// is stands in its column for the cluster. Then one of fifty, of which one answers.
import type { Locator, Page } from '@playwright/test'
import { clean } from '../axe'
import { expect, testIn } from '../fixtures'
import { namespace, unreachable, type Namespace } from '../plane'
import { NARROW, PHONE, beyond } from '../visit'

const MANY = 50
const LONG = `gke_a-project-with-a-name_europe-west-3_${'and-so-on-'.repeat(7)}end`

const three = testIn(() => {
  const space = namespace('console-scope')
  space.deploy('web', 1)
  return space
}, (space) => ({
  clusters: [
    { name: 'eu', kubeconfig: space.kubeconfig('editor') },
    { name: 'us-prod', kubeconfig: space.kubeconfig('editor'), mode: 'suggest-only' },
  ],
}))

// The editor of one namespace may list nothing in all of them (then he is asked of where he may), and some answer nobody.
three.use({ allowed: [/status of (403|50[0-9])/] })

const bar = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Scope/ })
const panel = (page: Page) => page.locator('header [popover]:popover-open')
const tick = (page: Page, name: string | RegExp) => panel(page).getByRole('checkbox', { name })

/** One row of each of these clusters, and of no other. What stands in other namespaces is other tests', and filtered away. */
async function rowsOf(page: Page, space: Namespace, ...clusters: string[]): Promise<void> {
  const rows = page.getByRole('main').getByRole('row').filter({ hasText: space.name })
  for (const cluster of clusters) await expect(rows.filter({ hasText: cluster })).toHaveCount(1)
  await expect(rows).toHaveCount(clusters.length)
}

three('two of three clusters by the mouse, kept by the address, and all again', async ({ as, world }) => {
  const page = await as('editor')
  await page.goto(`/r/deployments.apps?q=${world.space.name}`)
  await rowsOf(page, world.space, 'demo', 'eu', 'us-prod')
  await expect(bar(page)).toHaveAccessibleName('Scope: All clusters, with production')

  await bar(page).click()
  await tick(page, 'demo').check()
  await tick(page, 'eu').check()
  await expect(panel(page).getByRole('status')).toHaveText('2 of 3')
  await expect(bar(page)).toHaveText('demo, eu')
  await expect(bar(page)).toHaveAccessibleName('Scope: demo, eu')
  await clean(page, 'the scope with two of three', ':popover-open')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toBeFocused()
  await rowsOf(page, world.space, 'demo', 'eu')
  await page.reload()
  await rowsOf(page, world.space, 'demo', 'eu')
  await expect(page).toHaveURL(/c=demo(,|%2C)eu/)

  await bar(page).click()
  await tick(page, /^us-prod/).check()
  await expect(bar(page)).toHaveAccessibleName('Scope: demo, eu and 1 more, with production')
  await panel(page).getByRole('button', { name: /^eu/ }).click()
  await expect(panel(page), 'a name closes').toHaveCount(0)
  await expect(bar(page)).toHaveText('eu')
  await page.goBack()
  await expect(bar(page), 'what was ticked before the name').toHaveText('demo, eu and 1 more')

  await bar(page).click()
  await panel(page).getByRole('button', { name: 'All clusters' }).click()
  await expect(page).not.toHaveURL(/[?&]c=/)
  await rowsOf(page, world.space, 'demo', 'eu', 'us-prod')
})

three('the same by the keyboard alone, and what is asked there says of which cluster', async ({ as, world }) => {
  const page = await as('editor', `/r/deployments.apps?q=${world.space.name}`)
  await rowsOf(page, world.space, 'demo', 'eu', 'us-prod')
  await bar(page).focus()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByRole('button', { name: 'All clusters' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(tick(page, 'eu')).toBeChecked()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(panel(page).getByText('A namespace is chosen within one cluster.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(bar(page)).toBeFocused()
  await expect(bar(page)).toHaveText('eu, us-prod')
  await rowsOf(page, world.space, 'eu', 'us-prod')

  const prompt = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await prompt.fill('list deployments')
  await expect(page.getByText('Asked of eu, the first in the scope')).toBeVisible()
  await clean(page, 'a sentence over several clusters', '[role=search]')
  await prompt.press('Enter')
  await expect(page.getByText(`Said in eu / ${world.space.name}`)).toBeVisible()
  await expect(page).toHaveURL(/c=eu(,|%2C)us-prod/)

  // The last one taken away is all.
  await bar(page).focus()
  await page.keyboard.press('Enter')
  await expect(tick(page, 'eu')).toBeFocused()
  await page.keyboard.press('Space')
  await expect(tick(page, 'eu')).not.toBeChecked()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(bar(page), 'Enter chooses alone').toHaveText('us-prod')
  await expect(panel(page)).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(tick(page, /^us-prod/)).toBeFocused()
  await page.keyboard.press('Space')
  await expect(bar(page)).toHaveText('All clusters')
})

const many = testIn(() => namespace('console-scopes'), (space) => {
  const kubeconfig = unreachable(space.kubeconfig('editor'))
  const names = [LONG, ...Array.from({ length: MANY - 2 }, (_, index) => `edge-${String(index).padStart(2, '0')}`)]
  return { clusters: names.map((name) => ({ name, kubeconfig })) }
})

many('of fifty clusters: a filter, a list that scrolls, names that are clipped, on small screens too', async ({ as }) => {
  many.setTimeout(180_000)
  const page = await as('editor', '/models')
  await bar(page).click()
  const filter = panel(page).getByRole('textbox', { name: 'Find a cluster' })
  await expect(filter).toBeFocused()
  await expect(panel(page).getByRole('checkbox')).toHaveCount(MANY)
  await expect(panel(page).getByTitle(LONG)).toBeVisible()
  await clean(page, 'the scope of fifty', ':popover-open')
  await page.keyboard.type('edge-4')
  await expect(panel(page).getByRole('checkbox')).toHaveCount(8)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.keyboard.press('End')
  await page.keyboard.press('Space')
  await expect(panel(page).getByRole('status')).toHaveText('2 of 50')
  await expect(bar(page)).toHaveText('edge-40, edge-47')
  await page.keyboard.press('Escape')

  for (const size of [PHONE, NARROW]) {
    await page.setViewportSize(size)
    await page.goto(`/models?c=${[LONG, 'edge-00', 'edge-01'].join(',')}&lang=en-XA`)
    await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA')
    await page.getByRole('banner').locator('button[popovertarget]').first().click()
    await expect(panel(page).getByRole('checkbox')).toHaveCount(MANY)
    expect(await beyond(page), `at ${size.width} nothing is beyond the edge`).toBe(0)
    expect(await wider(panel(page)), `at ${size.width} nothing in it scrolls sideways`).toEqual([])
  }
  await clean(page, 'the scope of fifty on a small screen', ':popover-open')
  await page.goto('/help')
  await expect(page.getByRole('main')).toContainText(LONG)
  expect(await beyond(page), 'what is said of an unreachable cluster fits a small screen').toBe(0)
})

/** What scrolls sideways. */
const wider = (within: Locator): Promise<string[]> =>
  within.evaluate((own) => [own, ...own.querySelectorAll('*')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(each).overflowX))
    .map(({ className }) => String(className)))
