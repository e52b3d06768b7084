// What axe finds on a page as it stands: every rule of WCAG 2 A and AA (2.0, 2.1, 2.2) and its best practices, in every
// theme, with nothing left out. axe runs in the page itself, which has no frames: a page of its own for each run, as the
// Playwright package makes one, takes four times as long.
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { expect } from './fixtures'
import { THEMES, choose, type Theme } from './theme'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function found(page: Page, within: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async ({ tags, within }) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe }
    const { violations } = await inPage.run(within, { runOnly: tags, resultTypes: ['violations'] })
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join('; ')}`)
  }, { tags: TAGS, within })
}

/**
 * Holds that axe finds nothing, in these themes one after the other. `within` is for what opens over a page and leaves the
 * page in reach: it is looked at by itself, because by where its edge falls a button below it counts as too small to hit.
 */
export async function clean(page: Page, what: string, themes: readonly Theme[] = THEMES, within = 'html'): Promise<void> {
  for (const theme of themes) {
    await choose(page, theme)
    expect(await found(page, within), `${what}, ${theme}`).toEqual([])
  }
}
