// How much of an answer a view shows: `brief` in the transcript, all of it beside. What is left out is always counted.
import type { Place } from '../place'

export interface View {
  place: Place
  brief: boolean
  /** Where the answer is from. */
  cluster: string
}

export const BRIEF_ROWS = 8
