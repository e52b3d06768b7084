// Words of another language, and a page at twice its size, fit: no text is cut without being whole elsewhere (a title, a
// label), nothing stands beyond the edge, and the prompt is covered by nothing. The pseudo-locale, `?lang=en-XA`, is the
// other language: it has an accent on every letter, and is no longer than English. Names of objects may be cut with a title.
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { PATTERNS } from './routes'
import { said } from './said'
import { NARROW, PHONE, WIDE, beyond, visit } from './visit'

const DOUBLE = { width: 640, height: 400 }

/** Texts that are cut on the screen and whole nowhere. */
const cut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const clips = (value: string) => value === 'hidden' || value === 'clip'
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const own = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (own === null || text === '' || !own.checkVisibility({ visibilityProperty: true }) || own.closest('[title], [aria-label]:not(section, nav, ul, table, [role=region], [role=tablist], article, aside, main)')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const at = range.getBoundingClientRect()
      for (let around: Element | null = own; around !== null && around !== document.body; around = around.parentElement) {
        const style = getComputedStyle(around)
        const box = around.getBoundingClientRect()
        // What only a screen reader meets is one pixel wide.
        if (box.width <= 1) break
        if (/auto|scroll/.test(`${style.overflowX} ${style.overflowY}`)) break
        const beside = clips(style.overflowX) && (at.right > box.right + 1 || at.left < box.left - 1)
        const below = clips(style.overflowY) && at.bottom > box.bottom + 1
        if (beside || below) found.push(`"${text.slice(0, 60)}" in <${own.tagName.toLowerCase()} class="${own.className}">`)
        if (beside || below) break
      }
    }
    return [...new Set(found)]
  })

/** What lies over the prompt, if anything does. */
const covered = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const prompt = document.getElementById('prompt')
    if (prompt === null || !prompt.checkVisibility()) return null
    const { left, top, width, height } = prompt.getBoundingClientRect()
    const over = [0.25, 0.5, 0.75].map((share) => document.elementFromPoint(left + width * share, top + height / 2))
    return over.every((each) => each === prompt) ? null : over.map((each) => each?.outerHTML.slice(0, 120)).join(' ')
  })

test('in the pseudo-locale nothing is cut and nothing is beyond the edge', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 30_000)
  const page = await as('editor')
  const there = await said(page, world.space.name)
  const found: string[] = []
  for (const pattern of PATTERNS) {
    await page.setViewportSize(WIDE)
    await visit(page, pattern, there, { lang: 'en-XA' })
    await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA')
    for (const size of [WIDE, PHONE, NARROW]) {
      await page.setViewportSize(size)
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width)
      for (const text of await cut(page)) found.push(`${pattern} at ${size.width}: ${text}`)
      if ((await beyond(page)) > 0) found.push(`${pattern} is wider than ${size.width}`)
    }
  }
  expect(found).toEqual([])
})

test.describe('at twice its size', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce', deviceScaleFactor: 2, viewport: DOUBLE } })

  test('every page fits, and the prompt is covered by nothing', async ({ as, world }) => {
    test.setTimeout(PATTERNS.length * 30_000)
    const page = await as('editor')
    const there = await said(page, world.space.name)
    const found: string[] = []
    for (const pattern of PATTERNS) {
      await visit(page, pattern, there)
      if ((await beyond(page)) > 0) found.push(`${pattern} is wider than the screen`)
      for (const text of await cut(page)) found.push(`${pattern}: ${text}`)
      for (const end of [0, 100_000]) {
        await page.evaluate((y) => scrollTo(0, y), end)
        const over = await covered(page)
        if (over !== null) found.push(`${pattern}, scrolled to ${end}: over the prompt is ${over}`)
      }
    }
    expect(found).toEqual([])
  })
})
