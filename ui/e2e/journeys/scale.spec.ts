// Scale and undo, as somebody does it who has read nothing: say it, look at the plan, run it, take it back.
import { expect, test } from '../fixtures'
import { card, run, say, undo } from './say'

const replicas = (kubectl: (...words: string[]) => string) => kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')

test('scale and undo', async ({ as, world }) => {
  const page = await as('editor')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn)).toContainText('spec.replicas: 5')
  expect(replicas(world.space.kubectl), 'nothing happens by itself').toBe('3')
  await run(card(turn))
  await expect(card(turn)).toContainText('5 of 5 pods ready')
  expect(replicas(world.space.kubectl)).toBe('5')
  await undo(turn)
  expect(replicas(world.space.kubectl)).toBe('3')
})

test('with the keyboard alone, from the first page to a plan that ran', async ({ as, world }) => {
  const page = await as('editor')
  await page.keyboard.press('/')
  await page.keyboard.type('scale web to 4')
  await expect(page.getByText('Enter makes the plan; nothing changes yet.')).toBeVisible()
  await expect(page.getByText('kubectl scale deployment/web')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\/t-/)
  const button = page.getByRole('button', { name: 'Run', exact: true })
  await expect(button).toBeVisible()
  for (let presses = 0; presses < 60 && !(await button.evaluate((own) => own === document.activeElement)); presses++) {
    await page.keyboard.press('Tab')
  }
  await expect(button, 'it is reached by Tab').toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main').getByText('Done', { exact: true }).filter({ visible: true }).first()).toBeVisible({ timeout: 45_000 })
  expect(replicas(world.space.kubectl)).toBe('4')
  world.space.kubectl('scale', 'deployment/web', '--replicas=3')
})
