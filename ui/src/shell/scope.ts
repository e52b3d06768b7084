// Which clusters and namespace one looks at. They live in the URL (`c`, `n`) and nowhere else, so that a link shows the same
// to the next person. `c` may name several, with commas, and none is all of them. What can only be about one cluster (a
// sentence, a plan) goes to the first of them, and whoever sends it says so (`askedOf`). Pure.

export interface ScopeSearch {
  c?: string
  n?: string
}

export interface Scope {
  /** Nothing in it is all there are. */
  clusters: string[]
  namespace: string | undefined
  /** The one cluster, when it is one. */
  cluster: string | undefined
}

const word = (value: unknown): string | undefined => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

/** Reads the scope out of any search; everything else is left to the page's own reader. */
export function readScopeSearch(search: Record<string, unknown>): ScopeSearch {
  const c = word(search.c)
  const n = word(search.n)
  return { ...(c !== undefined && { c }), ...(n !== undefined && { n }) }
}

/** A cluster may be called anything without spaces, so a comma in a name must not part it. */
const written = (name: string): string => name.replaceAll('%', '%25').replaceAll(',', '%2C')
const read = (text: string): string => text.trim().replaceAll(/%2c/gi, ',').replaceAll('%25', '%')

export function scopeOf({ c, n }: ScopeSearch): Scope {
  const clusters = [...new Set((c ?? '').split(',').map(read).filter(Boolean))]
  return { clusters, namespace: n, cluster: clusters.length === 1 ? clusters[0] : undefined }
}

/** A namespace belongs to a cluster: another cluster forgets it. */
export function withClusters(clusters: readonly string[]): ScopeSearch {
  return { c: clusters.length === 0 ? undefined : clusters.map(written).join(','), n: undefined }
}

/**
 * One more or one fewer, in the order of `known`, so that the same choice is the same address however it was made. Without
 * the last one it is all again. With every one it stays a list: "all" also means clusters that are configured later, which
 * nobody chose, and it would take every tick away the moment the last one is set.
 */
export function toggled(chosen: readonly string[], name: string, known: readonly string[]): string[] {
  const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]
  return [...known.filter((each) => next.includes(each)), ...next.filter((each) => !known.includes(each))]
}

export interface AskedOf {
  /** What is sent; nothing lets the host take its first. */
  cluster: string | undefined
  /** Which one that is, where it is one of several and one has to be told; null where there is nothing to tell. */
  first: string | null
}

/** Of which cluster a sentence is asked. `known` are one's clusters as the host has them: it takes the first of them itself. */
export function askedOf({ clusters, cluster }: Scope, known: readonly string[]): AskedOf {
  const all = clusters.length > 0 ? clusters : known
  return { cluster: cluster ?? clusters[0], first: all.length > 1 ? (all[0] ?? null) : null }
}
