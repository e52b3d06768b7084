// Where a key leads in a list of rows: arrows and `j`/`k`, pages, ends. Pure.

export interface Place {
  at: number
  count: number
  /** Rows in sight. */
  page: number
}

/** The next row's index, or null for a key that doesn't move. */
export function moved(key: string, { at, count, page }: Place): number | null {
  const to = target(key, at, count, page)
  return to === null || count === 0 ? null : Math.max(0, Math.min(count - 1, to))
}

function target(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case 'j':
    case 'ArrowDown': return at + 1
    case 'k':
    case 'ArrowUp': return at - 1
    case 'PageDown': return at + page
    case 'PageUp': return at - page
    case 'Home': return 0
    case 'End': return count - 1
    default: return null
  }
}
