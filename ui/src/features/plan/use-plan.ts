// A plan, its run and who looks, kept up by the stream. What the stream tells is put into the cache where the stream is
// opened; here only the topic is held, and read again when events may be lost.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { keys } from '@/api/keys'
import { toProblem, type Problem } from '@/api/problem'
import { planQuery, runQuery, sessionQuery } from '@/api/queries'
import type { Plan, Run, Session } from '@/api/types'
import type { Asked } from '@/ui/states/state'
import { useTopic } from '@/stream/react'
import { readAgain, readAgainAtRest } from '@/stream/read-again'
import type { Viewer } from './standing'
import { useExpiry } from './use-expiry'

export interface ShownPlan {
  plan: Asked<Plan>
  run: Run | undefined
  /** Why it can't be said how the run went. */
  runProblem: Problem | null
  /** Who looks; empty while the host does not say. */
  me: Viewer
}

const viewerOf = (session: Session | undefined): Viewer =>
  ({ name: session?.name ?? '', groups: session?.groups ?? [], clusters: session?.clusters.map(({ name }) => name) ?? [] })

export function usePlan(id: string): ShownPlan {
  const client = useQueryClient()
  const plan = useQuery(planQuery(id))
  const session = useQuery(sessionQuery)
  const runId = plan.data?.run ?? null
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== null })
  useTopic(`plan:${id}`, () => undefined, () => {
    readAgainAtRest(client, keys.plan(id))
    if (runId !== null) readAgainAtRest(client, keys.run(runId))
  })
  useExpiry(plan.data, plan.dataUpdatedAt, () => void readAgain(client, keys.plan(id)))
  return {
    // What may be done depends on who looks, so a plan is shown once that is known or known to be unknown.
    plan: session.isPending ? { ...plan, data: undefined, error: plan.error } : plan,
    run: run.data,
    runProblem: run.data === undefined && run.error !== null ? toProblem(run.error) : null,
    me: viewerOf(session.data),
  }
}
