// Pictures of every page and main state for docs/screens, on the demo's shop: `KUBECHAT_SCREENS=FOLDER npm run screens`.
// They are looked at by people and prove nothing.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, testIn } from './fixtures'
import { card, run, say } from './journeys/say'
import { existing, named } from './plane'
import { choose } from './theme'

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

const test = testIn(() => existing('shop'))
test.use({ allowed: [/status of 40[0-9]/] })

/** A page at both sizes in both themes. */
async function taken(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    for (const theme of ['dark', 'light'] as const) {
      await choose(page, theme)
      await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
      await page.screenshot({ path: join(named('KUBECHAT_SCREENS'), `${name}-${size}-${theme}.png`), animations: 'disabled' })
    }
  }
  await page.setViewportSize(SIZES.desktop)
}

test('pictures', async ({ as, browser, world }) => {
  test.setTimeout(300_000)
  const nobody = await (await browser.newContext({ baseURL: world.host.url })).newPage()
  await nobody.goto('/')
  await expect(nobody.getByRole('main')).toContainText('kubechat login')
  await taken(nobody, 'login')

  const page = await as('editor')
  await expect(page.getByText('shop/checkout').first()).toBeVisible()
  await taken(page, 'home')
  const broken = await say(page, 'what is broken?')
  await expect(broken.getByText('shop/checkout').first()).toBeVisible()
  await taken(page, 'chat-findings')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn).getByText('Ready to run')).toBeVisible()
  await taken(page, 'chat-plan')
  const plan = await card(turn).getByRole('link', { name: 'Open' }).getAttribute('href')
  await page.goto(plan ?? '')
  await expect(page.getByText('Ready to run').first()).toBeVisible()
  await taken(page, 'plan-ready')
  await run(page.getByRole('main'))
  await taken(page, 'plan-done')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText('Ready to run').first()).toBeVisible()
  await run(page.getByRole('main'))
  for (const [name, path] of [
    ['plans', '/plans'],
    ['kinds', '/r?c=demo&n=shop'],
    ['pods', '/r/pods?c=demo&n=shop'],
    ['object', '/r/deployments.apps/demo/shop/checkout'],
    ['clusters', '/clusters'],
    ['settings', '/settings'],
    ['help', '/help'],
    ['nowhere', '/nowhere'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await taken(page, name)
  }
  const viewer = await as('viewer', '/r/secrets?c=demo&n=shop')
  await expect(viewer.getByRole('main')).toContainText('kubectl auth can-i')
  await taken(viewer, 'forbidden')
})
