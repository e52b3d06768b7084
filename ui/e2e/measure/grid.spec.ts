// A grid of very many rows: how soon the first are there, how soon a filter's key is answered (with one page read, with all of
// them read, and for a row that was not read yet), and how many rows the document holds while it is scrolled.
import { expect, test } from '../fixtures'
import { filtered, firstRows, mostRows, readAll, scrollThrough, watchRows } from '../grid-rows'
import { MARK, fill, nameOf } from '../many'
import { settled } from '../noted'
import { FAST, cold } from './browser'
import { ROUNDS, keep, rounds, tenths } from './figures'

const ROWS = Number(process.env['KUBECHAT_MEASURE_ROWS'] ?? 30_000)
const SCROLL_STEPS = 120

test('many rows', async ({ as, world, browser, apart: space }) => {
  test.setTimeout(Math.max(90_000, ROWS * 60))
  const filled = await fill(space, ROWS)
  const first = await as('editor')
  const state = await first.context().storageState()
  const all = await rounds(async () => {
    const { page, close } = await cold(browser, world.host.url, state, FAST)
    await watchRows(page)
    await page.goto(`/r/configmaps?c=demo&n=${space.name}`)
    const rowsAfter = await firstRows(page)
    await settled(page)
    const page1 = await filtered(page, MARK, MARK)
    await page.getByLabel('Filter', { exact: true }).fill('')
    await expect(page.getByRole('grid')).toContainText(nameOf(0))
    const far = nameOf(ROWS - 9)
    await page.getByLabel('Filter', { exact: true }).fill(far.slice(0, -1))
    await expect(page.getByRole('grid')).toContainText(far)
    await page.getByLabel('Filter', { exact: true }).fill('')
    await expect(page.getByRole('grid')).toContainText(nameOf(0))
    await readAll(page, ROWS + 1)
    const whole = await filtered(page, MARK, MARK)
    await page.getByLabel('Filter', { exact: true }).fill('')
    await scrollThrough(page, SCROLL_STEPS)
    const most = await mostRows(page)
    await close()
    return { rowsAfter, page1, whole, most }
  })
  expect(all).toHaveLength(ROUNDS)
  keep('grid', {
    rows: ROWS,
    fill_ms: Math.round(filled),
    first_rows_ms: all.map(({ rowsAfter }) => tenths(rowsAfter)),
    filter_first_page_ms: all.map(({ page1 }) => tenths(page1)),
    filter_ms: all.map(({ whole }) => tenths(whole)),
    most_in_document: all.map(({ most }) => most),
  })
})
