// How long a page takes to say that what it shows may be old: by its own clock, seen in its own document, so that neither the
// test's machine nor its polling is measured. What the browser needs to be told of the loss counts, a few milliseconds.
import type { Page } from '@playwright/test'
import { expect } from './fixtures'

/** From the loss of the connection to the words, in milliseconds. */
const STALE_MS_MAX = 3_000
const GIVEN_UP_MS = 20_000

interface Waited { stale: Promise<number> }

/** Holds that the page, which is live, says so in its header and over what it shows, soon enough after `lose`. */
export async function staleSoonAfter(page: Page, lose: () => unknown): Promise<void> {
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.evaluate((givenUp) => {
    const begun = performance.now()
    const says = (place: string, words: string) => document.querySelector(place)?.textContent?.includes(words) === true
    const stale = new Promise<number>((resolve) => {
      const watcher = new MutationObserver(() => {
        if (!says('header', 'Connection lost') || !says('main', 'What is shown may be old')) return
        watcher.disconnect()
        resolve(performance.now() - begun)
      })
      watcher.observe(document, { childList: true, characterData: true, subtree: true })
      setTimeout(() => resolve(givenUp), givenUp)
    })
    Object.assign(window, { stale })
  }, GIVEN_UP_MS)
  await lose()
  const took = await page.evaluate(() => (window as unknown as Waited).stale)
  expect(took, 'milliseconds until it says that it is stale').toBeLessThanOrEqual(STALE_MS_MAX)
}
