// A tour through the console on a CPU four times slower, and how long each press took until it was seen: the prompt, a plan,
// its reasons, a grid's filter, order and selection, an object and its tabs. All in one document, as people go.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { notedOn, settled } from '../noted'
import { SLOW_CPU, cold } from './browser'
import { keep, rounds } from './figures'

/** The browser tells of no interaction that was seen sooner. */
const TOLD_MS_MIN = 16
const SLOWEST_SHOWN = 5

async function tour(page: Page): Promise<void> {
  const prompt = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await page.keyboard.press('/')
  await page.keyboard.type('scale web to ', { delay: 40 })
  await expect(prompt).toHaveAttribute('aria-expanded', 'true')
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowDown')
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowUp')
  await prompt.press('Escape')
  await page.keyboard.type('0', { delay: 40 })
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\/t-/)
  await page.getByRole('article').getByRole('link', { name: 'Open' }).first().click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  await settled(page)
  await page.getByRole('main').locator('summary', { hasText: /more reason|How it is counted/ }).first().click()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Resources' }).click()
  await page.getByRole('link', { name: /^Pod/ }).first().click()
  await expect(page).toHaveURL(/\/r\/pods/)
  const grid = page.getByRole('grid')
  await expect(grid.getByRole('row').nth(1)).toBeVisible()
  await page.getByLabel('Filter', { exact: true }).click()
  await page.keyboard.type('web', { delay: 40 })
  await grid.getByRole('button', { name: 'Name' }).click()
  await grid.getByRole('button', { name: 'Name' }).click()
  for (const row of [0, 1, 2]) await grid.getByRole('checkbox').nth(row).click()
  await grid.getByRole('link', { name: /^web-/ }).first().click()
  await expect(page.getByRole('tablist')).toBeVisible()
  for (const name of ['YAML', 'Events', 'Overview']) await page.getByRole('tab', { name, exact: true }).click()
  await settled(page)
}

test('a tour', async ({ as, world, browser }) => {
  test.setTimeout(600_000)
  const first = await as('editor')
  const state = await first.context().storageState()
  const all = await rounds(async () => {
    const { page, close } = await cold(browser, world.host.url, state, SLOW_CPU)
    await page.goto(`/?c=demo&n=${world.space.name}`)
    await settled(page)
    await tour(page)
    const told = Object.values((await notedOn(page)).interactions)
    const count = await page.evaluate(() => (performance as Performance & { interactionCount: number }).interactionCount)
    await close()
    const untold = Array.from({ length: Math.max(0, count - told.length) }, () => TOLD_MS_MIN)
    const sorted = [...told.map(({ ms }) => ms), ...untold].sort((a, b) => a - b)
    return {
      count: sorted.length,
      p75: sorted[Math.ceil(sorted.length * 0.75) - 1] ?? 0,
      longest: sorted.at(-1) ?? 0,
      slowest: told.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST_SHOWN),
    }
  })
  keep('tour', {
    interactions: all.map(({ count }) => count),
    p75_ms: all.map(({ p75 }) => p75),
    longest_ms: all.map(({ longest }) => longest),
    slowest: all.at(-1)?.slowest,
  })
})
