// Running a plan: one key for one click, kept while it is not known whether the host got it, and bound to what was shown.
import { useRef } from 'react'
import { idempotencyKey, useExecutePlan } from '@/api/mutations'
import type { Plan } from '@/api/types'

export function useRunPlan() {
  const execute = useExecutePlan()
  const click = useRef<{ etag: string; key: string } | null>(null)
  const run = (plan: Pick<Plan, 'id' | 'etag'>) => {
    if (click.current?.etag !== plan.etag) click.current = { etag: plan.etag, key: idempotencyKey() }
    execute.mutate({ id: plan.id, ...click.current }, {
      onSuccess: () => { click.current = null },
      // An answer, even a refusal, ends the click; silence does not.
      onError: (problem) => { if (problem.status !== 0) click.current = null },
    })
  }
  return { run, pending: execute.isPending, problem: execute.error, reset: execute.reset }
}
