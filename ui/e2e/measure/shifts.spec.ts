// How far every page moves by itself until it has settled, one after the other.
import { test } from '../fixtures'
import { notedOn, settled, shiftOf } from '../noted'
import { PATTERNS, addressOf } from '../routes'
import { said } from '../said'
import { FAST, cold } from './browser'
import { keep, rounds } from './figures'

test('what moves by itself', async ({ as, world, browser }) => {
  test.setTimeout(600_000)
  const first = await as('editor')
  const names = await said(first, world.space.name)
  const state = await first.context().storageState()
  const figures: Record<string, number[]> = {}
  for (const pattern of PATTERNS) {
    figures[pattern] = await rounds(async () => {
      const { page, close } = await cold(browser, world.host.url, state, FAST)
      await page.goto(`${addressOf(pattern, names)}?c=demo&n=${names.namespace}`)
      await settled(page)
      const shift = shiftOf(await notedOn(page))
      await close()
      return Math.round(shift * 10_000) / 10_000
    })
  }
  keep('shifts', figures)
})
