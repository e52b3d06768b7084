// What the live region says: the last words of each turn that this tab waited for, once it has ended, once. Turns that were
// there before are not read aloud.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keys } from '@/api/keys'
import type { Turn } from '@/api/types'
import { lastWords } from './spoken'

const said = new Set<string>()

/** Whether this tab sent the sentence. */
export function wasSentHere(client: QueryClient, id: string): boolean {
  const sent = client.getMutationCache().findAll({ mutationKey: keys.prompts })
  return sent.some(({ state }) => (state.data as { turn?: string } | undefined)?.turn === id)
}

export function useSpoken(turns: readonly Turn[] | undefined): { id: string; words: string } | null {
  const client = useQueryClient()
  const waitedFor = useRef(new Set<string>())
  const [spoken, setSpoken] = useState<{ id: string; words: string } | null>(null)
  useEffect(() => {
    for (const turn of turns ?? []) {
      if (turn.state === 'working') {
        waitedFor.current.add(turn.id)
      } else if (!said.has(turn.id) && (waitedFor.current.has(turn.id) || wasSentHere(client, turn.id))) {
        said.add(turn.id)
        setSpoken({ id: turn.id, words: lastWords(turn) })
      }
    }
  }, [turns, client])
  return spoken
}
