// Writes of conversations and of the session. Deleting a conversation is a mark on the host; the log keeps its entries.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { setCredential } from './credential'
import { keys } from './keys'

const header = WRITE_HEADER

export interface ThreadWords {
  title?: string
  cluster?: string
  namespace?: string
  shared?: boolean
}

export function useBeginThread() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ThreadWords) => answer(api.POST('/api/v1/threads', { params: { header }, body })),
    onSuccess: (thread) => {
      client.setQueryData(keys.thread(thread.id), thread)
      void client.invalidateQueries({ queryKey: keys.threads, exact: true })
    },
  })
}

export function useChangeThread() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: ThreadWords & { id: string }) =>
      answer(api.PATCH('/api/v1/threads/{id}', { params: { header, path: { id } }, body })),
    onSuccess: (thread) => {
      client.setQueryData(keys.thread(thread.id), thread)
      void client.invalidateQueries({ queryKey: keys.threads, exact: true })
    },
  })
}

export function useDeleteThread() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/threads/{id}', { params: { header, path: { id } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.threads }),
  })
}

/** Exchanges a one-time code for the session cookie. */
export const openSession = (code: string) => answer(api.POST('/api/v1/session', { params: { header }, body: { code } }))

export async function closeSession(): Promise<void> {
  await answer(api.DELETE('/api/v1/session', { params: { header } }))
  setCredential('out')
}
