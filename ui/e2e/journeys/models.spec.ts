// Models and what leaves: who is asked in which order, a trial of each, a turn that is handed on, a destination that nobody
// answers at, and what would be masked in a text.
import { expect, testIn } from '../fixtures'
import { MODELS, PASSWORD, SECRETS } from '../models'
import { namespace } from '../plane'
import { say } from './say'

const test = testIn(() => namespace('console-models'), () => ({ lines: MODELS }))

test('the order is shown, each model is tried, and the one that fails says why', async ({ as }) => {
  const page = await as('editor', '/models')
  const order = page.getByRole('list', { name: 'Who is asked, in order' })
  await expect(order.getByRole('heading', { level: 3 })).toHaveCount(3)
  await expect(order.getByRole('heading', { level: 3 }).first()).toHaveText('Rules')
  const tests = order.getByRole('button', { name: 'Test provider-scripted' })
  await tests.nth(0).click()
  await expect(order.getByText(/try again in 20 s/).first()).toBeVisible()
  await tests.nth(1).click()
  await expect(order.getByText('It says “The second one answers.”')).toBeVisible()
  await expect(order.getByText('did not answer last')).toHaveCount(1)
})

test('a sentence the rules do not know is handed on, and the turn says so in words', async ({ as }) => {
  const page = await as('editor')
  const turn = await say(page, 'ponder the fnords')
  await expect(turn.getByText('The second one answers.')).toBeVisible()
  await expect(turn.getByText(/provider-scripted did not answer|did not answer \(/)).toBeVisible()
})

test('what leaves: a destination that is bound is tried, and the log says that it was not reached', async ({ as }) => {
  const page = await as('editor')
  await page.getByRole('button', { name: /Sends to openai/ }).click()
  await page.getByRole('link', { name: 'What leaves' }).last().click()
  await expect(page).toHaveURL(/\/egress/)
  await page.getByRole('button', { name: 'Test openai' }).click()
  await expect(page.getByText('kubechat egress test openai').first()).toBeVisible()
  await page.getByRole('button', { name: 'Read the newest' }).click()
  await expect(page.getByText('failed: not reached').first()).toBeVisible()
  await page.getByRole('combobox', { name: 'How it ended' }).selectOption('refused')
  await expect(page).toHaveURL(/fate=refused/)
  await expect(page.getByText('Nothing fits the filter')).toBeVisible()
})

test('a text is looked at, its secrets are marks, and it is kept nowhere', async ({ as }) => {
  const page = await as('editor', '/egress')
  await page.getByRole('textbox', { name: 'A text, a log or YAML' }).fill(SECRETS)
  await page.getByRole('button', { name: 'Show what is masked' }).click()
  const masked = page.getByRole('group', { name: 'The text as it would go out' })
  await expect(masked.locator('mark')).not.toHaveCount(0)
  await expect(masked).not.toContainText(PASSWORD)
  expect(page.url()).not.toContain(PASSWORD)
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  expect(kept).not.toContain(PASSWORD)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'A text, a log or YAML' })).toHaveValue('')
})
