// A grid with many rows, as a browser sees it: when its first rows were painted, how many rows the document holds at most
// while it is scrolled, and how long after a key the rows that fit are painted. Milliseconds.
import type { Page } from '@playwright/test'
import { expect } from './fixtures'

const ROW = '[role=row][data-index]'

interface Rowed { rows: { first: number; most: number } }

/** Begins at the next navigation. */
export const watchRows = async (page: Page): Promise<void> => void await page.addInitScript((row) => {
  const rows = { first: 0, most: 0 }
  Object.assign(window, { rows })
  new MutationObserver(() => {
    rows.most = Math.max(rows.most, document.querySelectorAll(row).length)
    if (rows.first > 0 || document.querySelector(`${row} a`) === null) return
    rows.first = -1
    // After the frame that shows them.
    requestAnimationFrame(() => setTimeout(() => { rows.first = performance.now() }))
  }).observe(document, { childList: true, subtree: true })
}, ROW)

export async function firstRows(page: Page): Promise<number> {
  await page.waitForFunction(() => (window as unknown as Rowed).rows.first > 0)
  return page.evaluate(() => (window as unknown as Rowed).rows.first)
}

export const mostRows = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as Rowed).rows.most)

/** Scrolls from the top to the end in big steps, each shown, and back. */
export const scrollThrough = (page: Page, steps: number): Promise<void> => page.getByRole('grid').evaluate(async (grid, count) => {
  const shown = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  for (let step = 0; step <= count; step++) {
    grid.scrollTop = (grid.scrollHeight * step) / count
    await shown()
  }
  grid.scrollTop = 0
  await shown()
}, steps)

/** Stays at the end until `count` rows are read. */
export async function readAll(page: Page, count: number): Promise<void> {
  await page.getByRole('grid').evaluate((grid) => { grid.scrollTop = grid.scrollHeight })
  await expect(page.getByRole('main')).toContainText(new RegExp(`(^|\\D)${count.toLocaleString('en')} rows`), { timeout: 180_000 })
  await page.getByRole('grid').evaluate((grid) => { grid.scrollTop = 0 })
}

/** Presses a key in the filter; how long until every row that is shown has `wanted` in it and is painted. */
export async function filtered(page: Page, key: string, wanted: string): Promise<number> {
  await page.getByLabel('Filter', { exact: true }).focus()
  await page.evaluate(([row, text]) => {
    let pressed = 0
    addEventListener('keydown', (event) => { pressed = event.timeStamp }, { once: true, capture: true })
    const painted = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        const rows = [...document.querySelectorAll(row)].filter((one) => one.querySelector('a') !== null)
        if (pressed === 0 || rows.length === 0 || rows.some((one) => !one.textContent?.includes(text))) return
        observer.disconnect()
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)))
      })
      observer.observe(document, { childList: true, subtree: true, characterData: true })
    })
    Object.assign(window, { painted })
  }, [ROW, wanted] as const)
  await page.keyboard.press(key)
  return page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted)
}
