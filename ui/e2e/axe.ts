// What axe finds on a page as it stands: every rule of WCAG 2 A and AA (2.0, 2.1, 2.2) and its best practices, in every
// theme, with nothing left out. axe runs in the page itself, which has no frames: a page of its own for each run, as the
// Playwright package makes one, takes four times as long. Running only the rules that judge by colour would save a quarter of a
// run and is not worth having two sets.
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { expect } from './fixtures'
import { THEMES, choose } from './theme'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function found(page: Page, options: axe.RunOptions, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async ({ options, within }) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe }
    const { violations } = await inPage.run(within, { ...options, resultTypes: ['violations'] })
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join('; ')}`)
  }, { options, within })
}

/**
 * Holds that axe finds nothing in any theme, one after the other. `over` is what opened over a page and leaves the page in
 * reach: every rule looks at the whole page as ever, but how large a target is is judged within what opened, because a field
 * below counts as small where an edge happens to cut it. How large those below are is judged where nothing covers them, so
 * whoever gives it looks at the page as it stands as well. Without it that rule looks at the whole page too.
 */
export async function clean(page: Page, what: string, over?: string): Promise<void> {
  for (const theme of THEMES) {
    await choose(page, theme)
    const all = await found(page, { runOnly: TAGS, rules: { 'target-size': { enabled: over === undefined } } })
    const sizes = over === undefined ? [] : await found(page, { runOnly: { type: 'rule', values: ['target-size'] } }, over)
    expect([...all, ...sizes], `${what}, ${theme}`).toEqual([])
  }
}
