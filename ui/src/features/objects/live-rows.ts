// What the stream told of one source's rows since its last reset, and how that lies over the pages that were read. Pure.
import type { ClusterStatus, Row, RowsDelta, StreamEvent, TopicProblem } from '@/stream/events'
import { applyRows, noRows, underlayPage, type Rows } from '@/stream/rows'

export interface LiveRows {
  rows: Rows
  /** UIDs told as gone since the reset: a page read meanwhile may still hold them. */
  removed: ReadonlySet<string>
  /** Why nothing more is told. */
  problem: TopicProblem | null
  lost: ClusterStatus | null
}

export const nothingTold: LiveRows = { rows: noRows, removed: new Set(), problem: null, lost: null }

export function applyLive(live: LiveRows, told: StreamEvent): LiveRows {
  switch (told.event) {
    case 'rows_delta': return { ...live, rows: applyRows(live.rows, told.data), removed: removedBy(live.removed, told.data), problem: null }
    case 'problem': return { ...live, problem: told.data }
    case 'cluster_status': return { ...live, lost: told.data.state === 'lost' ? told.data : null }
    default: return live
  }
}

function removedBy(known: ReadonlySet<string>, delta: RowsDelta): ReadonlySet<string> {
  if (delta.reset) return new Set(delta.removed)
  if (delta.removed.length === 0 && delta.upserts.every(({ uid }) => !known.has(uid))) return known
  const removed = new Set([...known, ...delta.removed])
  for (const { uid } of delta.upserts) removed.delete(uid)
  return removed
}

/** All rows that are known: the stream's own when it told all of them, else the pages under what was told. */
export const allRows = (live: LiveRows, pages: readonly Row[]): Row[] =>
  [...(live.rows.complete ? live.rows : underlayPage(live.rows, pages, live.removed)).byUid.values()]

/** The topic under which the host tells a source's rows. */
export function rowsTopic(gvr: string, cluster: string, namespace: string | undefined, labels?: string, fields?: string): string {
  const asked = new URLSearchParams({ ...(labels && { labelSelector: labels }), ...(fields && { fields }) }).toString()
  return `rows:${cluster}/${gvr}/${namespace ?? '*'}${asked && `?${asked}`}`
}
