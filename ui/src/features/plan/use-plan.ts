// A plan, its run and who looks, kept up by the stream. What the stream tells is put into the cache where the stream is
// opened; here only the topic is held, and read again when events may be lost.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { keys } from '@/api/keys'
import { planQuery, runQuery, sessionQuery } from '@/api/queries'
import type { Run } from '@/api/types'
import { useTopic } from '@/stream/react'

export function usePlan(id: string) {
  const client = useQueryClient()
  const plan = useQuery(planQuery(id))
  const runId = plan.data?.run ?? null
  useTopic(`plan:${id}`, () => undefined, () => {
    void client.invalidateQueries({ queryKey: keys.plan(id) })
    if (runId !== null) void client.invalidateQueries({ queryKey: keys.run(runId) })
  })
  const run: Run | undefined = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== null }).data
  const session = useQuery(sessionQuery)
  return { plan, run, me: session.data?.name ?? '' }
}
