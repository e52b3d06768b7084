// A theme as a person chooses it: kept in the browser, and put on the page before its first paint from then on.
import type { Page } from '@playwright/test'

export type Theme = 'dark' | 'light' | 'forced colours'
export const THEMES: readonly Theme[] = ['dark', 'light', 'forced colours']

export async function choose(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ forcedColors: theme === 'forced colours' ? 'active' : null })
  await page.evaluate(async (own) => {
    localStorage.setItem('kubechat-theme', own)
    document.documentElement.dataset['theme'] = own
    // Colours on their way from one theme to the next are neither's. What inherits one sets out when that has arrived.
    const underWay = () => document.getAnimations().filter((one) => one.playState === 'running')
    for (let some = underWay(); some.length > 0; some = underWay()) await Promise.allSettled(some.map((one) => one.finished))
  }, theme === 'light' ? 'light' : 'dark')
}
