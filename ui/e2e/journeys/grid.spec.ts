// A list by the keyboard and by selection: a key opens a row where it says, and rows that are selected make a plan, never a
// write.
import type { Page } from '@playwright/test'
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'
import { run } from './say'

const APPS = ['cart', 'search', 'web']

const test = testIn(() => {
  const space = namespace('console-grid')
  for (const app of APPS) space.deploy(app, 1)
  return space
})

/** The list, with the keyboard in the row of that name. */
async function inRow(page: Page, space: string, name: string): Promise<void> {
  await page.goto(`/r/deployments.apps?c=demo&n=${space}`)
  await expect(page.getByRole('row').filter({ hasText: name })).toBeVisible()
  await page.getByRole('main').focus()
  await page.keyboard.press('j')
  const focused = page.locator('[role=row]:focus')
  await expect(focused).toHaveCount(1)
  for (let presses = 0; presses < APPS.length && !((await focused.textContent()) ?? '').includes(name); presses++) await page.keyboard.press('j')
  await expect(focused).toContainText(name)
}

test('l, y and d open the row with the keyboard in it: its logs, its YAML, the object', async ({ as, world: { space } }) => {
  const page = await as('editor')
  for (const [key, tab, shown] of [
    ['l', 'Logs', page.getByRole('log')],
    ['y', 'YAML', page.getByRole('tabpanel').getByText('apiVersion').first()],
    ['d', 'Overview', page.getByRole('region', { name: 'Latest events' }).getByText('ScalingReplicaSet').first()],
  ] as const) {
    await test.step(key, async () => {
      await inRow(page, space.name, 'search')
      await page.keyboard.press(key)
      await expect(page.getByRole('heading', { level: 1 })).toContainText('search')
      await expect(page.getByRole('tab', { name: tab, exact: true })).toHaveAttribute('aria-selected', 'true')
      await expect(shown).toBeVisible()
    })
  }
})

test('selected rows make a plan and write nothing; the plan is what runs', async ({ as, world: { space } }) => {
  const versions = () => APPS.map((app) => space.kubectl('get', 'deployment', app, '-o', 'jsonpath={.metadata.generation}')).join()
  const restartedAt = (app: string) => space.kubectl('get', 'deployment', app, '-o', 'jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}')
  const before = versions()
  const page = await as('editor')
  const asked: string[] = []
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname
    if (request.method() !== 'GET' && !/\/(topics|access-reviews|prompts\/preview|complete)$/.test(path)) asked.push(`${request.method()} ${path}`)
  })
  await inRow(page, space.name, 'cart')
  await page.keyboard.press(' ')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  await expect(page.getByText('2 selected')).toBeVisible()
  await expect(page).toHaveURL(/sel=/)
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Plan: Restart' })
  await expect(dialog.getByRole('listitem')).toHaveText([/cart/, /web/])
  expect(asked, 'to select and to be asked writes nothing').toEqual([])
  await dialog.getByRole('button', { name: 'Make a plan' }).click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  await expect(page.getByText('Ready to run')).toBeVisible()
  expect(asked, 'one plan').toEqual(['POST /api/v1/plans'])
  expect(versions(), 'nothing happens by itself').toBe(before)
  await run(page.getByRole('main'))
  expect(APPS.map((app) => restartedAt(app) !== '')).toEqual([true, false, true])
})
