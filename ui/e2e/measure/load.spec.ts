// How soon a page is there, in a browser that has seen nothing: largest paint, what was asked for before it, and for how
// long the page could not answer while it came. Home and a plan, and by turns with them a line of text from the same host:
// what browser and machine take for the least there is.
import { expect, test } from '../fixtures'
import { loadedBefore, notedOn, settled, type Loaded, type Noted } from '../noted'
import { said } from '../said'
import { FAST, SLOW, SLOW_CPU, cold, type Slow } from './browser'
import { keep, rounds, tenths } from './figures'

const LONG_MS = 50
const TASKS_SHOWN = 3
const LINE_OF_TEXT = '/version'

test('how soon a page is there', async ({ as, world, browser }) => {
  test.setTimeout(900_000)
  const first = await as('editor')
  const { plan, namespace } = await said(first, world.space.name)
  const state = await first.context().storageState()
  const loaded = async (path: string, slow: Slow) => {
    const { page, close } = await cold(browser, world.host.url, state, slow)
    await page.goto(path)
    await settled(page)
    const noted = await notedOn(page)
    const before = await loadedBefore(page, noted.lcp)
    await close()
    return { noted, before }
  }
  const painted = async (slow: Slow) => {
    const { page, close } = await cold(browser, world.host.url, state, slow)
    await page.goto(LINE_OF_TEXT)
    await page.waitForFunction(() => (window as unknown as { noted: { fcp: number } }).noted.fcp > 0)
    const { fcp } = await notedOn(page)
    await close()
    return tenths(fcp)
  }
  const all = (slow: Slow) => rounds(async () => ({
    home: await loaded(`/?c=demo&n=${namespace}`, slow),
    plan: await loaded(`/plans/${plan}?c=demo&n=${namespace}`, slow),
    least: slow === SLOW_CPU ? 0 : await painted(slow),
  }))
  const [fast, slow, slowCpu] = [await all(FAST), await all(SLOW), await all(SLOW_CPU)]
  const figuresOf = (name: 'home' | 'plan') => {
    const [onFast, onSlow, onSlowCpu] = [fast, slow, slowCpu].map((each) => each.map((round) => round[name])) as [Load[], Load[], Load[]]
    const last = onSlow.at(-1)
    expect(last).toBeDefined()
    return {
      fcp_ms: onFast.map(({ noted }) => tenths(noted.fcp)),
      lcp_ms: onFast.map(({ noted }) => tenths(noted.lcp)),
      slow_fcp_ms: onSlow.map(({ noted }) => tenths(noted.fcp)),
      slow_lcp_ms: onSlow.map(({ noted }) => tenths(noted.lcp)),
      tbt_ms: onSlowCpu.map(({ noted }) => tenths(noted.tasks.reduce((sum, { at, ms }) => sum + (at + ms > noted.fcp ? Math.max(0, ms - LONG_MS) : 0), 0))),
      longest_tasks_ms: (onSlowCpu.at(-1)?.noted.tasks ?? []).map(({ ms }) => ms).sort((a, b) => b - a).slice(0, TASKS_SHOWN),
      lcp_of: last?.noted.lcpOf,
      files: last?.before.files,
      reads: last?.before.reads,
      bytes: last?.before.bytes,
      script_bytes: last?.before.scriptBytes,
      fonts: last?.before.fonts,
      other_origins: last?.before.otherOrigins,
    }
  }
  const least = { fcp_ms: fast.map((round) => round.least), slow_fcp_ms: slow.map((round) => round.least) }
  keep('load', { home: figuresOf('home'), plan: figuresOf('plan'), least })
})

interface Load { noted: Noted; before: Loaded }
