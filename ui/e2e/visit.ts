// Going to a page under test and waiting until it has said all it will say by itself.
import type { Page } from '@playwright/test'
import { expect } from './fixtures'
import { addressOf, type Names } from './routes'

export const NARROW = { width: 320, height: 640 }
export const WIDE = { width: 1280, height: 800 }

export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
  await expect(page.locator('main').getByText('Loading', { exact: true })).toHaveCount(0)
}

/** The editor of one namespace may list nothing in all of them, so the scope is named. */
export async function visit(page: Page, pattern: string, names: Names, search: Record<string, string> = {}): Promise<void> {
  const asked = new URLSearchParams({ c: names.cluster, n: names.namespace, ...search })
  await page.goto(`${addressOf(pattern, names)}?${asked.toString()}`)
  await settled(page)
}

/** Says a sentence over the API as the page's own session, and gives the names of what came of it. */
export async function said(page: Page, sentence: string): Promise<Pick<Names, 'thread' | 'plan'>> {
  return page.evaluate(async (words) => {
    const headers = { 'x-kubechat': '1', 'content-type': 'application/json' }
    const asked = await fetch('/api/v1/prompts', { method: 'POST', headers, body: JSON.stringify({ sentence: words }) })
    const { thread, turn } = await asked.json()
    for (let tries = 0; tries < 200; tries++) {
      const now = await fetch(`/api/v1/turns/${turn}`).then((answer) => answer.json())
      if (now.state !== 'working') break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const plans = await fetch('/api/v1/plans?limit=1').then((answer) => answer.json())
    return { thread, plan: plans.items[0].id }
  }, sentence)
}

/** How far the page goes beyond the screen's edge, in px. */
export const beyond = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Without a screen every tab counts as visible; a browser tells all but the one in front that they are hidden. */
export const front = (page: Page, visible: boolean) =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, visible ? 'visible' : 'hidden')
