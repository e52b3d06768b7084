// Going to a page under test and waiting until it has said all it will say by itself.
import type { Page } from '@playwright/test'
import { expect } from './fixtures'
import { addressOf, type Names } from './routes'

export const NARROW = { width: 320, height: 640 }
export const PHONE = { width: 390, height: 844 }
export const WIDE = { width: 1280, height: 800 }

export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
}

/** The editor of one namespace may list nothing in all of them, so the scope is named. */
export async function visit(page: Page, pattern: string, names: Names, search: Record<string, string> = {}): Promise<void> {
  const asked = new URLSearchParams({ c: names.cluster, n: names.namespace, ...search })
  await page.goto(`${addressOf(pattern, names)}?${asked.toString()}`)
  await settled(page)
}

/** How far the page goes beyond the screen's edge, in px. */
export const beyond = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Without a screen every tab counts as visible; a browser tells all but the one in front that they are hidden. */
export const front = (page: Page, visible: boolean) =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, visible ? 'visible' : 'hidden')
