// A theme as a person chooses it: kept in the browser, and put on the page before its first paint from then on.
import type { Page } from '@playwright/test'

export type Theme = 'dark' | 'light' | 'forced colours'
export const THEMES: readonly Theme[] = ['dark', 'light', 'forced colours']

export async function choose(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ forcedColors: theme === 'forced colours' ? 'active' : null })
  await page.evaluate((own) => {
    localStorage.setItem('kubechat-theme', own)
    document.documentElement.dataset['theme'] = own
  }, theme === 'light' ? 'light' : 'dark')
  // Colours on their way from one theme to the next are neither's.
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'))
}
