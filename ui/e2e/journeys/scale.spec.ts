// Scale and undo, as somebody does it who has read nothing: say it, look at the plan, run it, take it back.
import { expect, test } from '../fixtures'

test('scale and undo', async ({ as, world }) => {
  const page = await as('editor')
  await page.getByRole('combobox', { name: /ask/i }).fill('scale web to 5')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\//)
  const plan = page.getByRole('article', { name: /plan/i }).last()
  await expect(plan).toContainText('scale')
  await plan.getByRole('button', { name: /run|execute/i }).click()
  await expect(plan).toContainText(/5 of 5 pods ready/)
  expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('5')
})
