// The way out: the session ends on the host, and what this browser knows is forgotten.
import { useQueryClient } from '@tanstack/react-query'
import { toProblem } from '@/api/problem'
import { closeSession } from '@/api/threads'
import { toast } from './toasts'

export function useLogOut(): () => void {
  const client = useQueryClient()
  return () => void closeSession().then(() => client.clear(), (cause: unknown) => toast({ tone: 'bad', text: toProblem(cause).detail }))
}
