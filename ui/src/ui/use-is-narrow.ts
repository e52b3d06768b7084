// Whether the screen is a phone's: for the few things that style sheets can't decide.
import { useSyncExternalStore } from 'react'

const query = (): MediaQueryList => window.matchMedia('(max-width: 40rem)')

function watch(watcher: () => void): () => void {
  const media = query()
  media.addEventListener('change', watcher)
  return () => media.removeEventListener('change', watcher)
}

export const useIsNarrow = (): boolean => useSyncExternalStore(watch, () => query().matches)
