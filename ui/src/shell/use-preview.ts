// What the sentence in the prompt would be read as, asked once one pauses. A convenience: a failure says nothing, and what is
// sent is read anew. One request at a time: a question whose sentence is no longer there is given up.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { previewQuery } from '@/api/queries'
import type { Preview } from '@/api/types'

export const PAUSE_MS = 150

/** The value, once it has stayed the same for a while; nothing is waited for when it is empty. */
function usePaused(value: string): string {
  const [paused, setPaused] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), value === '' ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return paused
}

export interface Previewed {
  told: Preview
  /** It is about the sentence that stands there now, and not about one before it. */
  isCurrent: boolean
}

export function usePreview(sentence: string, place: { thread?: string; cluster?: string; namespace?: string }, open: boolean): Previewed | null {
  const paused = usePaused(sentence)
  const isCurrent = paused === sentence
  const query = useQuery({ ...previewQuery({ sentence: paused, ...place }), enabled: open && isCurrent && sentence !== '' })
  const told = query.data
  if (!open || sentence === '' || query.isError || told === undefined || told.reads_as === 'nothing') return null
  return { told, isCurrent: isCurrent && !query.isPlaceholderData }
}
