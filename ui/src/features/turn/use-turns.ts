// A conversation's turns, kept up while one is at work: read, then followed by the stream, read again where the stream could
// not tell. After a reload the row has everything that came before, so a turn is resumed and not repeated.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { keys } from '@/api/keys'
import { turnsQuery } from '@/api/queries'
import type { Turn } from '@/api/types'
import { useStreamState, useTopic } from '@/stream/react'
import { readAgain } from '@/stream/read-again'
import { applyTurnDelta, applyTurnStatus } from '@/stream/turns'
import type { StreamEvent } from '@/stream/events'
import { mergeTurns, replaceTurn, type Turns } from './merge'

/** While the stream is lost, or does not tell because it is somebody else's, a working turn is asked after this often. */
const ASK_MS = 2_000
/** Somebody else's is read again this often: what they say later is shown too. */
const READ_ALONG_MS = 5_000

const isWorking = ({ state }: Turn): boolean => state === 'working'

/** `isRead`: it is somebody else's, of which the stream tells nothing. */
export function useTurns(thread: string, isRead: boolean) {
  const stream = useStreamState()
  const client = useQueryClient()
  const query = useQuery({
    ...turnsQuery(thread),
    structuralSharing: (known, read) => mergeTurns(known as Turns | undefined, read as Turns),
    refetchInterval: ({ state }) => {
      if (isRead || stream.state !== 'live') return state.data?.items.some(isWorking) ? ASK_MS : isRead && READ_ALONG_MS
      return false
    },
  })
  // Turns of one conversation follow each other; more than one at work is rare, and the older ones are read with the list.
  const working = query.data?.items.findLast(isWorking)
  const key = keys.turns(thread)

  const keep = (turn: Turn) => client.setQueryData(key, (known: Turns | undefined) => known && replaceTurn(known, turn))
  const read = async (id: string) => keep(await answer(api.GET('/api/v1/turns/{id}', { params: { path: { id } } })))
  const readTurn = (id: string) => void read(id).catch(() => query.refetch())

  const told = (event: StreamEvent) => {
    const turn = working && client.getQueryData<Turns>(key)?.items.find(({ id }) => id === working.id)
    if (turn === undefined) return
    if (event.event === 'problem') return void query.refetch()
    if (event.event !== 'turn_delta' && event.event !== 'turn_status') return
    const { value, mustRead } = event.event === 'turn_delta' ? applyTurnDelta(turn, event.data) : applyTurnStatus(turn, event.data)
    // An end is read, not told: only the row knows when it was.
    if (value.state === 'working') client.setQueryData(key, (known: Turns | undefined) => known && replaceTurn(known, value))
    if (mustRead) readTurn(turn.id)
  }
  // A turn that was asked elsewhere (another tab, the command line): the list is read again to have it.
  useTopic(isRead ? null : `thread:${thread}`, (event) => {
    if (event.event === 'turn_status' && !client.getQueryData<Turns>(key)?.items.some(({ id }) => id === event.data.turn)) void readAgain(client, key)
  }, () => void readAgain(client, key))
  useTopic(working && !isRead ? `turn:${working.id}` : null, told, () => { if (working) readTurn(working.id) })
  return query
}
