// Which cluster and namespace one looks at. It lives in the URL (`c`, `n`) and nowhere else, so that a link shows the same
// to the next person. `c` may name several, with commas; a prompt or a plan takes it only when it names one.

export interface ScopeSearch {
  c?: string
  n?: string
}

export interface Scope {
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

export function scopeOf({ c, n }: ScopeSearch): Scope {
  const clusters = [...new Set((c ?? '').split(',').map((name) => name.trim()).filter(Boolean))]
  return { clusters, namespace: n, cluster: clusters.length === 1 ? clusters[0] : undefined }
}

/** A namespace belongs to a cluster: another cluster forgets it. */
export function withClusters(clusters: readonly string[]): ScopeSearch {
  return { c: clusters.length === 0 ? undefined : clusters.join(','), n: undefined }
}
