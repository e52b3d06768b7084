// The heap of a page with a live grid while 200 rows a second change, for ten minutes (KUBECHAT_MEASURE_SOAK_S: so many
// seconds): looked at twice a minute after garbage was collected. What reached the page is counted in the page.
import { expect, test } from '../fixtures'
import { churn, fill } from '../many'
import { FAST, cold } from './browser'
import { keep, tenths } from './figures'

const SOAK_S = Number(process.env['KUBECHAT_MEASURE_SOAK_S'] ?? 600)
const LOOK_EVERY_S = 30
const PER_SECOND = 200
const ROWS = 400
const MB = 1_000_000

/** Growth in MB a minute of the second half, by least squares. */
function slope(samples: readonly { s: number; mb: number }[]): number {
  const half = samples.slice(Math.floor(samples.length / 2))
  const mean = (of: (one: { s: number; mb: number }) => number) => half.reduce((sum, one) => sum + of(one), 0) / half.length
  const [s, mb] = [mean((one) => one.s), mean((one) => one.mb)]
  const spread = half.reduce((sum, one) => sum + (one.s - s) ** 2, 0)
  return spread === 0 ? 0 : (half.reduce((sum, one) => sum + (one.s - s) * (one.mb - mb), 0) / spread) * 60
}

test('the heap over time', async ({ as, world, browser, apart: space }) => {
  test.setTimeout((SOAK_S + 300) * 1000)
  await fill(space, ROWS)
  const state = await (await as('editor')).context().storageState()
  const { page, devtools, close } = await cold(browser, world.host.url, state, FAST)
  await page.addInitScript(() => {
    const heard = { rows: 0, deltas: 0 }
    Object.assign(window, { heard })
    const parse = JSON.parse
    JSON.parse = (text: string, reviver?: Parameters<typeof parse>[1]) => {
      const value = parse(text, reviver)
      if (Array.isArray(value?.upserts)) {
        heard.rows += value.upserts.length
        heard.deltas += 1
      }
      return value
    }
  })
  await page.goto(`/r/configmaps?c=demo&n=${space.name}`)
  await expect(page.getByRole('grid')).toContainText('row-00000')
  const heard = () => page.evaluate(() => ({ ...(window as unknown as { heard: { rows: number; deltas: number } }).heard }))
  const before = await heard()
  const changes = churn(space, ROWS, PER_SECOND)
  const begun = performance.now()
  const elapsed = () => (performance.now() - begun) / 1000
  const samples: { s: number; mb: number }[] = []
  await devtools.send('HeapProfiler.enable')
  for (let at = Math.min(LOOK_EVERY_S, SOAK_S); at <= SOAK_S; at += LOOK_EVERY_S) {
    await expect.poll(elapsed, { timeout: 60_000, intervals: [1000] }).toBeGreaterThanOrEqual(at)
    await devtools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devtools.send('Runtime.getHeapUsage')
    samples.push({ s: Math.round(elapsed()), mb: tenths(usedSize / MB) })
  }
  const [took, after, written] = [elapsed(), await heard(), changes.done()]
  await changes.stop()
  await close()
  const rowsHeard = after.rows - before.rows
  keep('heap', {
    seconds: Math.round(took),
    wanted_per_s: PER_SECOND,
    written_per_s: tenths(written / took),
    heard_per_s: tenths(rowsHeard / took),
    deltas_per_s: tenths((after.deltas - before.deltas) / took),
    max_mb: Math.max(...samples.map(({ mb }) => mb)),
    last_mb: samples.at(-1)?.mb,
    slope_mb_per_min: Math.round(slope(samples) * 1000) / 1000,
    samples,
  })
})
