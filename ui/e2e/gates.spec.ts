// What must hold on any machine, however slow: pages that don't move by themselves, few files before the largest paint, no
// font, no other origin, and a document that stays small under a long grid. Times are measured (measure/), never judged.
import { expect, test } from './fixtures'
import { filtered, mostRows, scrollThrough, watchRows } from './grid-rows'
import { MARK, fill, nameOf } from './many'
import { loadedBefore, note, notedOn, settled, shiftOf } from './noted'
import { PATTERNS, addressOf } from './routes'
import { said } from './said'
import { PHONE, WIDE } from './visit'

const SHIFT_MAX = 0.02
const FILES_MAX = 8
const ROWS_IN_DOCUMENT_MAX = 100
/** A slice of the 30,000 that are measured: more than the host tells or a page holds at once. */
const ROWS = 2_000
const SCROLL_STEPS = 40

for (const [size, viewport] of Object.entries({ desk: WIDE, phone: PHONE })) {
  test(`no page moves by itself on a ${size}, and each comes in few files, with no font and from one origin`, async ({ as, world }) => {
    test.setTimeout(PATTERNS.length * 15_000)
    const page = await as('editor')
    await page.setViewportSize(viewport)
    const names = await said(page, world.space.name)
    await note(page)
    for (const pattern of PATTERNS) {
      await test.step(pattern, async () => {
        await page.goto(`${addressOf(pattern, names)}?c=demo&n=${names.namespace}`)
        await settled(page)
        const noted = await notedOn(page)
        expect(shiftOf(noted), `${pattern} moves: ${JSON.stringify(noted.shifts)}`).toBeLessThanOrEqual(SHIFT_MAX)
        const loaded = await loadedBefore(page, noted.lcp)
        expect(loaded.files.length, `${pattern} comes in ${loaded.files.join(' ')}`).toBeLessThanOrEqual(FILES_MAX)
        expect(loaded.fonts, 'fonts').toBe(0)
        expect(loaded.otherOrigins, 'requests to other origins').toBe(0)
      })
    }
  })
}

test('a grid of thousands of rows stays small in the document while it is scrolled and filtered', async ({ as, apart: space }) => {
  test.setTimeout(180_000)
  await fill(space, ROWS)
  const page = await as('editor')
  await watchRows(page)
  await page.goto(`/r/configmaps?c=demo&n=${space.name}`)
  await expect(page.getByRole('grid')).toContainText(nameOf(0))
  await scrollThrough(page, SCROLL_STEPS)
  await filtered(page, MARK, MARK)
  expect(await mostRows(page)).toBeLessThanOrEqual(ROWS_IN_DOCUMENT_MAX)
  expect(await mostRows(page), 'rows were seen at all').toBeGreaterThan(10)
})
