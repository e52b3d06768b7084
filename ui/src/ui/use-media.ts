// What a style sheet asks of the screen, asked by a component: for the few things that style sheets can't decide, such as
// which of two navigations is made at all.
import { useSyncExternalStore } from 'react'

function useMedia(words: string): boolean {
  return useSyncExternalStore((watcher) => {
    const media = window.matchMedia(words)
    media.addEventListener('change', watcher)
    return () => media.removeEventListener('change', watcher)
  }, () => window.matchMedia(words).matches)
}

/** A phone's screen. */
export const useIsNarrow = (): boolean => useMedia('(max-width: 40rem)')

/** What points is a finger: things have to be large, the style sheet's `coarse`. */
export const useIsCoarse = (): boolean => useMedia('(pointer: coarse)')

/** Wide enough for a column beside the page: the style sheet's `md`. */
export const useIsWide = (): boolean => useMedia('(min-width: 48rem)')
