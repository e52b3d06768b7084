// What the host said with the page itself of who asked for it: `Server-Timing: session;desc="none"` (or `"held"`) on the
// document. A cookie that is no longer good counts as none. With `none` the page need not ask to be refused: each refusal is
// a line on the browser's console. A host that says nothing is asked. public/first.js reads the same.

export type ToldSession = 'held' | 'none'

export function toldSession(): ToldSession | null {
  const [page] = performance.getEntriesByType('navigation') as Partial<PerformanceNavigationTiming>[]
  const told = page?.serverTiming?.find(({ name }) => name === 'session')?.description
  return told === 'held' || told === 'none' ? told : null
}
