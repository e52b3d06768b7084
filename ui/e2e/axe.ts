// What axe finds on a page as it stands: every rule of WCAG 2 A and AA (2.0, 2.1, 2.2) and its best practices, on the whole
// page, in every theme, with nothing left out and nothing turned off. axe runs in the page itself, which has no frames: a page
// of its own for each run, as the Playwright package makes one, takes four times as long. Running only the rules that judge by
// colour saves a quarter of a run and is not worth having two sets.
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { expect } from './fixtures'
import { THEMES, choose } from './theme'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function found(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async (tags) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe }
    const { violations } = await inPage.run('html', { runOnly: tags, resultTypes: ['violations'] })
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join('; ')}`)
  }, TAGS)
}

/** Holds that axe finds nothing in any theme, one after the other. */
export async function clean(page: Page, what: string): Promise<void> {
  for (const theme of THEMES) {
    await choose(page, theme)
    expect(await found(page), `${what}, ${theme}`).toEqual([])
  }
}
