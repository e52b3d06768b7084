// How soon a page is there, in a browser that has seen nothing: largest paint, what was asked for before it, and for how
// long the page could not answer while it came. Home and a plan.
import { expect, test } from '../fixtures'
import { loadedBefore, notedOn, settled } from '../noted'
import { said } from '../said'
import { FAST, SLOW, SLOW_CPU, cold } from './browser'
import { keep, rounds, tenths } from './figures'

const LONG_MS = 50
const TASKS_SHOWN = 3

test('how soon a page is there', async ({ as, world, browser }) => {
  test.setTimeout(600_000)
  const first = await as('editor')
  const { plan, namespace } = await said(first, world.space.name)
  const state = await first.context().storageState()
  const figures: Record<string, object> = {}
  for (const [name, path] of [['home', `/?c=demo&n=${namespace}`], ['plan', `/plans/${plan}?c=demo&n=${namespace}`]] as const) {
    const load = (slow: typeof FAST) => rounds(async () => {
      const { page, close } = await cold(browser, world.host.url, state, slow)
      await page.goto(path)
      await settled(page)
      const noted = await notedOn(page)
      const before = await loadedBefore(page, noted.lcp)
      await close()
      return { noted, before }
    })
    const [fast, slow, slowCpu] = [await load(FAST), await load(SLOW), await load(SLOW_CPU)]
    const last = slow.at(-1)
    expect(last).toBeDefined()
    figures[name] = {
      fcp_ms: fast.map(({ noted }) => tenths(noted.fcp)),
      lcp_ms: fast.map(({ noted }) => tenths(noted.lcp)),
      slow_fcp_ms: slow.map(({ noted }) => tenths(noted.fcp)),
      slow_lcp_ms: slow.map(({ noted }) => tenths(noted.lcp)),
      tbt_ms: slowCpu.map(({ noted }) => tenths(noted.tasks.reduce((sum, { at, ms }) => sum + (at + ms > noted.fcp ? Math.max(0, ms - LONG_MS) : 0), 0))),
      longest_tasks_ms: (slowCpu.at(-1)?.noted.tasks ?? []).map(({ ms }) => ms).sort((a, b) => b - a).slice(0, TASKS_SHOWN),
      lcp_of: last?.noted.lcpOf,
      files: last?.before.files,
      reads: last?.before.reads,
      bytes: last?.before.bytes,
      script_bytes: last?.before.scriptBytes,
      fonts: last?.before.fonts,
      other_origins: last?.before.otherOrigins,
    }
  }
  keep('load', figures)
})
