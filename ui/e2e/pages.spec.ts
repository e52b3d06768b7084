// Every page in every theme and at every width: reachable by its address, named, without what axe finds, and without a
// scroll bar to the side. The pages with nothing, failing, cut off, and with what opens on them: states.spec.ts, opened.spec.ts.
import { clean } from './axe'
import { expect, test } from './fixtures'
import { PATTERNS } from './routes'
import { said } from './said'
import { NARROW, WIDE, beyond, visit } from './visit'

test('every page, in every theme, wide and narrow', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const names = await said(page, world.space.name)
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await page.setViewportSize(WIDE)
      await visit(page, pattern, names)
      await expect(page).toHaveTitle(/ · Kubechat$/)
      await clean(page, pattern)
      await page.setViewportSize(NARROW)
      expect(await beyond(page), `${pattern} at 320 px is wider than the screen`).toBe(0)
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
