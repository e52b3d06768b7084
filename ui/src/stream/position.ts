// Where the reader is in the host's ring. Ids are `<epoch>-<seq>`; an id that was seen before is the same event told
// again after a reconnect, and is dropped: nothing twice. Pure.

export interface Position {
  epoch: string
  seq: number
}

export function parsePosition(id: string): Position | null {
  const dash = id.lastIndexOf('-')
  const seq = Number(id.slice(dash + 1))
  return dash > 0 && Number.isSafeInteger(seq) ? { epoch: id.slice(0, dash), seq } : null
}

/** Whether an event under `id` is new to a reader who is at `at`. Events without an id always are. */
export function isNew(at: Position | null, id: string | null): boolean {
  const position = id === null ? null : parsePosition(id)
  if (position === null || at === null || position.epoch !== at.epoch) return true
  return position.seq > at.seq
}
