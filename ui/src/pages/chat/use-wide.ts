// Whether there is room for the panel beside the transcript; without it, it opens as a sheet.
import { useSyncExternalStore } from 'react'

const WIDE = '(min-width: 76rem)'

function watch(watcher: () => void): () => void {
  const query = window.matchMedia(WIDE)
  query.addEventListener('change', watcher)
  return () => query.removeEventListener('change', watcher)
}

export const useWide = (): boolean => useSyncExternalStore(watch, () => window.matchMedia(WIDE).matches)
