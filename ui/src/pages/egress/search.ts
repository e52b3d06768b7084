// What of the log of requests lives in the URL: where to, who asked, how it ended. Read leniently, a link may be old. Pure.

export const FATES = ['answered', 'refused', 'failed'] as const
export type Fate = (typeof FATES)[number]

export interface EgressSearch {
  to?: string
  from?: string
  fate?: Fate
}

const word = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

export function readEgressSearch({ to, from, fate }: Record<string, unknown>): EgressSearch {
  const known = FATES.find((each) => each === fate)
  return { ...(word(to) && { to: word(to) }), ...(word(from) && { from: word(from) }), ...(known && { fate: known }) }
}
