// A watched list, kept up by `rows_delta`. Pure; rows are told by uid, so an order of arrival doesn't matter.
import type { Row, RowsDelta } from './events'

export interface Rows {
  columns: string[]
  byUid: ReadonlyMap<string, Row>
  /** False while the rows before the reset have to be read with `GET /resources`. */
  complete: boolean
  resourceVersion: string
}

export const noRows: Rows = { columns: [], byUid: new Map(), complete: false, resourceVersion: '' }

export function applyRows(rows: Rows, delta: RowsDelta): Rows {
  const byUid = delta.reset ? new Map<string, Row>() : new Map(rows.byUid)
  for (const uid of delta.removed) byUid.delete(uid)
  for (const row of delta.upserts) byUid.set(row.uid, row)
  return {
    columns: delta.columns ?? rows.columns,
    byUid,
    complete: delta.reset ? delta.complete === true : rows.complete,
    resourceVersion: delta.resource_version,
  }
}

/** A page read after a reset, under what was told since: a told row is as new as the page's or newer. */
export function underlayPage(rows: Rows, page: readonly Row[], removed: ReadonlySet<string>): Rows {
  const byUid = new Map(page.filter((row) => !removed.has(row.uid)).map((row) => [row.uid, row]))
  for (const [uid, row] of rows.byUid) byUid.set(uid, row)
  return { ...rows, byUid, complete: true }
}
