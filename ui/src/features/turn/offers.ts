// The sentences a refusal offers instead, cut out of its words. Pure. The host quotes them behind “You can ask”.
export interface Offered {
  /** The refusal without its offers. */
  before: string
  offers: string[]
}

const BEGIN = 'You can ask '
const OFFERS_MAX = 12

export function offersOf(detail: string): Offered {
  const at = detail.indexOf(BEGIN)
  const offers = at === -1 ? [] : [...new Set([...detail.slice(at).matchAll(/“([^“”]+)”/g)].map(([, offer = '']) => offer))]
  return offers.length < 2 ? { before: detail, offers: [] } : { before: detail.slice(0, at).trim(), offers: offers.slice(0, OFFERS_MAX) }
}
