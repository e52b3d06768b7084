// What the URL of a conversation says besides the scope: which part is open beside (`at`), and which side of it (`see`).

export const SIDES = ['said', 'related', 'events'] as const
export type Side = (typeof SIDES)[number]

export interface ChatSearch {
  /** `<turn>.<part>`, or `none` when the panel is closed; absent, the newest answer is open where there is room. */
  at?: string
  see?: Side
}

export const CLOSED = 'none'

export function readChatSearch({ at, see }: Record<string, unknown>): ChatSearch {
  const side = SIDES.find((each) => each === see)
  return { ...(typeof at === 'string' && at !== '' && { at }), ...(side !== undefined && { see: side }) }
}
