// What the live region says of the turns that this tab waits for: sentences of a growing answer as they get whole, and the last
// words once it has ended; each once. Turns that were there before are not read aloud.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keys } from '@/api/keys'
import type { Turn } from '@/api/types'
import { lastWords, nextWords, NOTHING_SAID, type Said } from './spoken'

const ended = new Set<string>()

/** Whether this tab sent the sentence. */
export function wasSentHere(client: QueryClient, id: string): boolean {
  const sent = client.getMutationCache().findAll({ mutationKey: keys.prompts })
  return sent.some(({ state }) => (state.data as { turn?: string } | undefined)?.turn === id)
}

interface Words {
  id: string
  words: string
}

export function useSpoken(turns: readonly Turn[] | undefined): Words | null {
  const client = useQueryClient()
  const waitedFor = useRef(new Map<string, Said>())
  const [spoken, setSpoken] = useState<Words | null>(null)
  useEffect(() => {
    for (const turn of turns ?? []) {
      const said = waitedFor.current.get(turn.id)
      if (turn.state === 'working') {
        const next = nextWords(turn, said ?? NOTHING_SAID)
        waitedFor.current.set(turn.id, next?.said ?? said ?? NOTHING_SAID)
        if (next !== null) setSpoken({ id: `${turn.id} ${next.said.part} ${next.said.to}`, words: next.words })
      } else if (!ended.has(turn.id) && (said !== undefined || wasSentHere(client, turn.id))) {
        ended.add(turn.id)
        const words = lastWords(turn, said)
        // An answer that was said as it came needs no more words.
        if (words !== '' || said === undefined || said.part === -1) setSpoken({ id: turn.id, words })
      }
    }
  }, [turns, client])
  return spoken
}
