// What the views of a turn can ask of the page around them: open a part beside, say something in the prompt. A context, because
// a reference can stand deep inside of an answer. It holds no state.
import { createContext, use } from 'react'
import type { Place } from './place'

export interface Talk {
  /** The part that is open beside, if any. */
  open: Place | null
  /** Opens a part beside, by the URL. */
  show: (place: Place) => void
  /** Puts a reference into the prompt. */
  refer: (reference: string) => void
  /** Puts a whole sentence into the prompt, to be edited. */
  edit: (sentence: string) => void
  /** Sends a sentence into this conversation. */
  say: (sentence: string) => void
  /** Whether a sentence is being sent. */
  saying: boolean
  /** Somebody else's conversation: nothing is said or stopped in it. */
  readOnly: boolean
  /** The conversation's cluster; an answer may name its own. */
  cluster: string
}

export const TalkContext = createContext<Talk | null>(null)

export function useTalk(): Talk {
  const talk = use(TalkContext)
  if (talk === null) throw new Error('a turn is shown outside of a conversation')
  return talk
}
