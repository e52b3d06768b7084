// What the browser itself notes of a page: its paints, what moved, what kept it from answering, how long its answers took.
// Times are milliseconds since the navigation. Shifts are added up without CLS's windows, so the sum is never less than CLS.
// It judges nothing.
import type { Page } from '@playwright/test'
import { expect } from './fixtures'

/** As long as nothing came into a page or went out of it, it has settled. */
const QUIET_MS = 500

export interface Noted {
  fcp: number
  lcp: number
  /** What the largest paint was of. */
  lcpOf: string
  /** Everything that moved by itself, and by how much. */
  shifts: { by: number; what: string }[]
  /** Tasks over 50 ms. */
  tasks: { at: number; ms: number }[]
  /** By the browser's number of the interaction: its longest event, and which that was. */
  interactions: Record<number, { ms: number; what: string }>
  changed: number
}

interface Noting { noted: Noted }

/** Begins at the next navigation. */
export const note = async (page: Page): Promise<void> => void await page.addInitScript(() => {
  const noted: Noted = { fcp: 0, lcp: 0, lcpOf: '', shifts: [], tasks: [], interactions: {}, changed: 0 }
  Object.assign(window, { noted })
  const nameOf = (node: Node | null | undefined) => {
    const element = node instanceof Element ? node : node?.parentElement
    return element ? `<${element.localName}> ${(element.textContent ?? '').slice(0, 60)}` : 'nothing that is still there'
  }
  const watch = <E>(type: string, take: (entry: E) => void, more: object = {}) =>
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) take(entry as E) }).observe({ type, buffered: true, ...more })
  watch<PerformanceEntry>('paint', (entry) => { if (entry.name === 'first-contentful-paint') noted.fcp = entry.startTime })
  watch<PerformanceEntry & { element: Element | null }>('largest-contentful-paint', (entry) => {
    noted.lcp = entry.startTime
    noted.lcpOf = nameOf(entry.element)
  })
  watch<PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }>('layout-shift', (entry) => {
    if (!entry.hadRecentInput) noted.shifts.push({ by: entry.value, what: entry.sources.map(({ node }) => nameOf(node)).join('; ') })
  })
  watch<PerformanceEntry>('longtask', (entry) => noted.tasks.push({ at: entry.startTime, ms: entry.duration }))
  watch<PerformanceEventTiming & { interactionId: number }>('event', (entry) => {
    const known = noted.interactions[entry.interactionId]
    if (entry.interactionId > 0 && (known?.ms ?? 0) < entry.duration) noted.interactions[entry.interactionId] = { ms: entry.duration, what: `${entry.name} at ${nameOf(entry.target)}` }
  }, { durationThreshold: 16 })
  new MutationObserver(() => { noted.changed = performance.now() }).observe(document, { childList: true, subtree: true })
})

/** Until the page has said all it will say by itself. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
  await page.waitForFunction((quiet) => performance.now() - (window as unknown as Noting).noted.changed > quiet, QUIET_MS)
}

export const notedOn = (page: Page): Promise<Noted> => page.evaluate(() => (window as unknown as Noting).noted)

export interface Loaded {
  /** Built files, the page itself included. */
  files: string[]
  /** Reads of the API. */
  reads: string[]
  /** With their headers, as they came over the wire. */
  bytes: number
  scriptBytes: number
  fonts: number
  otherOrigins: number
}

/** What was asked for before `at`. Fonts and other origins are counted whenever they came. */
export const loadedBefore = (page: Page, at: number): Promise<Loaded> => page.evaluate((until) => {
  const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] as PerformanceResourceTiming[]
  const before = all.filter(({ startTime }) => startTime < until)
  const sum = (some: PerformanceResourceTiming[]) => some.reduce((total, { transferSize }) => total + transferSize, 0)
  const pathOf = (name: string) => new URL(name).pathname
  const isRead = ({ initiatorType }: PerformanceResourceTiming) => initiatorType === 'fetch'
  return {
    files: before.filter((one) => !isRead(one)).map(({ name }) => pathOf(name)),
    reads: before.filter(isRead).map(({ name }) => pathOf(name)),
    bytes: sum(before),
    scriptBytes: sum(before.filter(({ name }) => name.endsWith('.js'))),
    fonts: all.filter(({ name }) => /\.(woff2?|ttf|otf|eot)$/.test(pathOf(name))).length,
    otherOrigins: all.filter(({ name }) => new URL(name).origin !== location.origin).length,
  }
}, at)

export const shiftOf = ({ shifts }: Noted): number => shifts.reduce((sum, { by }) => sum + by, 0)
