// The plan that takes another one back, found again after a reload: the newest of the plans whose origin is the undo of its
// run. It looks among the newest plans, which every page keeps; an older undo is found under Plans.
import { useInfiniteQuery } from '@tanstack/react-query'
import { plansQuery } from '@/api/queries'
import type { Plan } from '@/api/types'

export function isUndoOf(plan: Pick<Plan, 'origin'>, run: string): boolean {
  const { origin } = plan
  return typeof origin === 'object' && origin !== null && 'origin' in origin && 'run' in origin && origin.origin === 'undo' && origin.run === run
}

export function useUndoPlan({ run, state }: Plan): string | null {
  const query = useInfiniteQuery({ ...plansQuery(), enabled: run !== null && state !== 'running' })
  if (run === null) return null
  return query.data?.pages.flatMap(({ items }) => items).find((each) => isUndoOf(each, run))?.id ?? null
}
