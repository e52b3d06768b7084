// What the search of each page may say, and which of it takes rows away: that set so that nothing fits, and how the page says
// so. src/router.test.ts holds this against what each page's own `validateSearch` reads, so that a new filter is looked at by
// states.spec.ts, or is said here to be none, before its page can be merged.

export interface Filter {
  value: string
  words: string
  /** What else the address says for the filter to be in sight. */
  beside?: Record<string, string>
}

const rows = (value: string): Filter => ({ value, words: 'Nothing fits the filter' })
const lines = (value: string): Filter => ({ value, words: 'No line fits the filter', beside: { tab: 'logs' } })
/** Chooses, orders or points; takes nothing away. */
const none = null

/** By page, then by name. */
export const SEARCHES: Record<string, Record<string, Filter | null>> = {
  '/chat/$id': { at: none, see: none },
  '/plans': { state: rows('indeterminate'), by: rows('others') },
  '/plans/$id': { step: none, touched: none, on: none },
  '/r': { q: rows('unheard-of') },
  '/r/$gvr': { q: rows('unheard-of'), labels: rows('app=unheard-of'), sort: none, fields: none, sel: none },
  '/r/$gvr/$cluster/$namespace/$name': {
    tab: none,
    include: lines('unheard-of'),
    exclude: lines('app'),
    level: lines('bad'),
    pods: none, container: none, previous: none, follow: none, wrap: none, times: none,
  },
  '/egress': { to: rows('unheard-of'), from: rows('unheard-of'), fate: rows('refused') },
}

export interface Filtered {
  pattern: string
  search: Record<string, string>
  words: string
}

/** Each filter of each page by itself. */
export const FILTERED: readonly Filtered[] = Object.entries(SEARCHES).flatMap(([pattern, names]) =>
  Object.entries(names).flatMap(([name, filter]) => (filter === null ? [] : [{ pattern, search: { ...filter.beside, [name]: filter.value }, words: filter.words }])))
