// The row that the keyboard is on. It is kept by id, so that rows that come and go above it do not move the reader, and by
// index, for when the row itself is gone.
import { useMemo, useState } from 'react'

interface Active {
  id: string | null
  index: number
}

export function useActive<R>(rows: readonly R[], total: number, idOf: (row: R) => string) {
  const [active, setActive] = useState<Active>({ id: null, index: 0 })
  const index = useMemo(() => {
    const there = rows[active.index]
    if (active.id === null || (there !== undefined && idOf(there) === active.id)) return Math.min(active.index, Math.max(0, total - 1))
    const at = rows.findIndex((row) => idOf(row) === active.id)
    return at === -1 ? Math.min(active.index, Math.max(0, total - 1)) : at
  }, [rows, total, idOf, active])
  const activate = (next: number) => {
    const row = rows[next]
    setActive({ id: row === undefined ? null : idOf(row), index: next })
  }
  return { index, id: active.id, activate }
}
