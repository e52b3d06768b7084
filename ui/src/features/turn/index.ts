// What pages use of turns.
export { Beside } from './beside'
export { newestPlace, placeText, readPlace, type Place } from './place'
export { TalkContext, type Talk } from './talk'
export { TurnView } from './turn-view'
export { useEnd } from './use-end'
export { useSpoken, wasSentHere } from './use-spoken'
export { useTurns } from './use-turns'
