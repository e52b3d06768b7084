// Nobody is logged in: what to do is said, a wrong link is refused in words, and nothing of anybody's is shown.
import { expect, test } from '../fixtures'

// What a link that no longer works is answered with.
test.use({ allowed: [/status of 401/] })

test('without a session, and with a link that no longer works', async ({ browser, world }) => {
  const context = await browser.newContext({ baseURL: world.host.url })
  const page = await context.newPage()
  const noted: string[] = []
  page.on('console', (message) => noted.push(message.text()))
  await page.goto('/plans')
  await expect(page.getByRole('main')).toContainText('kubechat login')
  expect(noted, 'the page came with the word that nobody is logged in, so nothing was asked and refused').toEqual([])
  await page.goto(`/#code=${'0'.repeat(64)}`)
  await expect(page.getByRole('main')).toContainText(/wrong, used or older than a minute/)
  await expect(page).not.toHaveURL(/code=/)
})
