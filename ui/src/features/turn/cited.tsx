// Words of an answer in which `[e3]` opens the evidence of that number beside. Only a number of this turn's own calls does:
// whatever else a text names stays text. The words themselves are inert.
import { useLingui } from '@lingui/react/macro'
import { createContext, use } from 'react'
import type { Turn } from '@/api/types'
import { Inert } from '@/ui/inert'
import { evidencePlace, placeText, type Place } from './place'
import { useTalk } from './talk'

/** The turn whose words are shown; without one nothing is cited. */
export const CitingTurn = createContext<Turn | null>(null)

const CITATION = /(\[e\d{1,4}\])/

export function Cited({ text }: { text: string }) {
  const turn = use(CitingTurn)
  if (turn === null || !CITATION.test(text)) return <Inert text={text} />
  return text.split(CITATION).map((piece, index) => {
    const place = CITATION.test(piece) ? evidencePlace(turn, Number(piece.slice(2, -1))) : null
    if (place !== null) return <Citation key={index} mark={piece} place={place} />
    return piece === '' ? null : <Inert key={index} text={piece} />
  })
}

function Citation({ mark, place }: { mark: string; place: Place }) {
  const { t } = useLingui()
  const { open, show } = useTalk()
  const isOpen = open !== null && placeText(open) === placeText(place)
  return (
    <button type="button" aria-pressed={isOpen} aria-label={t`${mark}, open the evidence`} onClick={() => show(place)} className="in-text min-h-6 rounded px-0.5 text-[0.85em] text-accent tabular-nums hover:underline aria-pressed:bg-accent-soft">
      {mark}
    </button>
  )
}
