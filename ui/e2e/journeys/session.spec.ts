// The session ends under an open page: the first thing asked of the host shows it, the page says how to log in, and goes on
// where it was.
import { expect, test } from '../fixtures'

test.use({ allowed: [/status of 401/] })

test('a session that ends under an open page', async ({ as, world }) => {
  const page = await as('editor', '/plans?c=demo')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.context().clearCookies()
  // What the page reads again when it is at rest may show it before anybody has typed: then there is no prompt any more.
  // Keys, because they need no field that is still there.
  await page.keyboard.press('/')
  await page.keyboard.type('scale web to 9')
  await expect(page.getByRole('heading', { name: 'Log in to Kubechat' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Or paste the link here' }).fill('no link')
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(page.getByText('This is no login link.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Or paste the link here' }).fill(world.host.login('editor'))
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page).toHaveURL(/\/plans\?c=demo$/)
})
