// Where the reader is in a conversation: a link leads to its turn, a conversation opens at its end, one's own new sentence is
// gone to, and everything else waits below for who scrolled up.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, type RefObject } from 'react'
import type { Turn } from '@/api/types'
import { useEnd, wasSentHere, type Place } from '@/features/turn'

export function useReading(content: RefObject<HTMLElement | null>, turns: readonly Turn[], asked: Place | null) {
  const client = useQueryClient()
  // A text that grows counts by its letters, so that the end is followed for as long as it does.
  const count = turns.reduce((sum, { parts }) => sum + 1 + parts.length + (parts.at(-1)?.partial === true ? (parts.at(-1)?.text?.length ?? 0) : 0), 0)
  const last = turns.at(-1)?.id
  const linked = useRef(asked?.turn)
  const isLinked = linked.current !== undefined && turns.some(({ id }) => id === linked.current)
  const own = last !== undefined && wasSentHere(client, last)
  const jump = last === undefined ? null : own ? last : isLinked ? null : 'opened'
  const end = useEnd(content, count, jump)
  useEffect(() => {
    if (isLinked && linked.current !== undefined && !own) document.getElementById(linked.current)?.scrollIntoView({ block: 'start', behavior: 'instant' })
    // Once, when the turns are there.
  }, [isLinked])
  return end
}
