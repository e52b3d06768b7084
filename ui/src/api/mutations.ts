// What people do through the console. Nothing here is optimistic: the cache holds what the host answered, and a mutation
// that failed leaves it as it was. Digests, ETags and idempotency keys are the caller's to bring, from what was shown.
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { keys } from './keys'
import type { Problem } from './problem'
import type { Operation, Plan } from './types'

const header = WRITE_HEADER

/** A plan as the host answered it, put where every page reads it. */
export function keepPlan(client: QueryClient, plan: Plan): void {
  client.setQueryData(keys.plan(plan.id), plan)
  void client.invalidateQueries({ queryKey: [...keys.plans, 'list'] })
}

/** Useful for one click: a repeated request with the same key begins no second run. */
export const idempotencyKey = (): string => crypto.randomUUID()

function usePlanMutation<V>(ask: (asked: V) => Promise<Plan>) {
  const client = useQueryClient()
  return useMutation<Plan, Problem, V>({
    mutationFn: ask,
    onSuccess: (plan) => keepPlan(client, plan),
    // A refusal often means that the plan is no longer what is shown.
    onError: () => void client.invalidateQueries({ queryKey: keys.plans }),
  })
}

export interface PromptAsk {
  sentence: string
  thread?: string
  cluster?: string
  namespace?: string
}

export function useSendPrompt() {
  const client = useQueryClient()
  return useMutation<{ thread: string; turn: string }, Problem, PromptAsk>({
    mutationKey: keys.prompts,
    mutationFn: (body) => answer(api.POST('/api/v1/prompts', { params: { header }, body })),
    onSuccess: ({ thread }) => {
      void client.invalidateQueries({ queryKey: keys.threads, exact: true })
      void client.invalidateQueries({ queryKey: keys.turns(thread) })
    },
  })
}

export function useCancelTurn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/v1/turns/{id}/cancel', { params: { header, path: { id } } })),
    onSuccess: (turn) => client.setQueryData(keys.turn(turn.id), turn),
  })
}

export const useMakePlan = () =>
  usePlanMutation((body: { cluster?: string; operations?: Operation[]; manifest?: string; namespace?: string }) =>
    answer(api.POST('/api/v1/plans', { params: { header }, body })))

/** `etag` is that of the plan on the screen: an edit of anything else is refused. */
export const useEditPlan = () =>
  usePlanMutation(({ id, etag, operations }: { id: string; etag: string; operations: Operation[] }) =>
    answer(api.PATCH('/api/v1/plans/{id}', { params: { header: { ...header, 'If-Match': etag }, path: { id } }, body: { operations } })))

export const useRefreshPlan = () =>
  usePlanMutation((id: string) => answer(api.POST('/api/v1/plans/{id}/refresh', { params: { header, path: { id } } })))

/** Approves one part by the digest that was shown. */
export const useApprovePlan = () =>
  usePlanMutation(({ id, digest }: { id: string; digest: string }) =>
    answer(api.POST('/api/v1/plans/{id}/approve', { params: { header, path: { id } }, body: { digest } })))

export const useRejectPlan = () =>
  usePlanMutation(({ id, digest }: { id: string; digest?: string }) =>
    answer(api.POST('/api/v1/plans/{id}/reject', { params: { header, path: { id } }, body: { digest } })))

export const useRollbackPlan = () =>
  usePlanMutation(({ id, cluster }: { id: string; cluster?: string }) =>
    answer(api.POST('/api/v1/plans/{id}/rollback', { params: { header, path: { id } }, body: { cluster } })))

/** Plans to take one's own newest run back. */
export const useUndo = () => usePlanMutation((_: void) => answer(api.POST('/api/v1/undo', { params: { header } })))

/** `key` is made once for each click with `idempotencyKey()` and kept over retries; `etag` binds it to what was shown. */
export function useExecutePlan() {
  const client = useQueryClient()
  return useMutation<{ run: string }, Problem, { id: string; etag: string; key: string }>({
    mutationFn: ({ id, etag, key }) =>
      answer(api.POST('/api/v1/plans/{id}/execute', {
        params: { header: { ...header, 'If-Match': etag, 'Idempotency-Key': key }, path: { id } }, body: {},
      })),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.plans }),
  })
}

export function useCancelPlan() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/v1/plans/{id}/cancel', { params: { header, path: { id } } })),
    onSuccess: (run) => client.setQueryData(keys.run(run.id), run),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.plans }),
  })
}
