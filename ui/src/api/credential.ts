// Whether this browser has a session. The session itself is a cookie that no script can read; here stands only what the
// host said last; that much is kept for the next page (first.ts).
import { useSyncExternalStore } from 'react'
import { markSession } from './first'

export type Credential = 'unknown' | 'in' | 'out'

let state: Credential = 'unknown'
const listeners = new Set<() => void>()

export function setCredential(next: Credential): void {
  if (next === state) return
  state = next
  markSession(next)
  for (const listener of listeners) listener()
}

export const credential = (): Credential => state

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useCredential = (): Credential => useSyncExternalStore(subscribe, credential)
