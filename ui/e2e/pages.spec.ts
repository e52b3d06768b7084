// Every page in every theme and at every width: reachable by its address, named, without what axe finds, and without a
// scroll bar to the side.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { PATTERNS, addressOf } from './routes'
import { said } from './said'
import { THEMES, choose } from './theme'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const NARROW = { width: 320, height: 640 }
const WIDE = { width: 1280, height: 800 }

/** Until the page has said all it will say by itself. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
}

test('every page, in every theme, wide and narrow', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const names = await said(page, world.space.name)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await page.setViewportSize(WIDE)
      // The editor of one namespace may list nothing in all of them, so the scope is named.
      await page.goto(`${addressOf(pattern, names)}?c=demo&n=${names.namespace}`)
      await settled(page)
      await expect(page).toHaveTitle(/ · Kubechat$/)
      for (const theme of THEMES) {
        await choose(page, theme)
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
        const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join('; ')}`)
        expect(found, `${pattern}, ${theme}`).toEqual([])
      }
      await page.setViewportSize(NARROW)
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(beyond, `${pattern} at 320 px is wider than the screen`).toBe(0)
    })
  }
})

test.describe('what is not there', () => {
  test.use({ allowed: [/status of 404/] })

  test('an address that no page has says so, with its status', async ({ as }) => {
    const page = await as('editor')
    const answer = await page.goto('/nowhere')
    expect(answer?.status()).toBe(404)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })
})
