// The prompt as a palette: which of the console's places a text means. What the host completes goes before them.
import type { Section } from './sections'

/** Shorter texts begin too many words. Characters. */
export const PLACE_CHARS_MIN = 2

export interface Place {
  kind: 'place'
  to: Section['to']
  /** Its name. */
  text: string
  /** The keys that go there. */
  detail: string
}

/** The places of which a word begins with this text; `named` says what each is called here. */
export function placesOf(text: string, sections: readonly Section[], named: (section: Section) => string): Place[] {
  const wanted = text.trim().toLowerCase()
  if (wanted.length < PLACE_CHARS_MIN) return []
  const begins = (name: string) => [name, ...name.split(' ')].some((word) => word.toLowerCase().startsWith(wanted))
  const place = (section: Section): Place => ({ kind: 'place', to: section.to, text: named(section), detail: `g ${section.key}` })
  return sections.map(place).filter((one) => begins(one.text))
}
