// The stream for components: `useTopic` to listen, `useStreamState` to say how fresh the screen is. The provider opens it
// while the tab is visible and somebody is logged in, and keeps the cache up with what is told about plans and runs.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useEffectEvent, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import { useCredential } from '@/api/credential'
import { keys } from '@/api/keys'
import type { Run, Session } from '@/api/types'
import type { StreamEvent } from './events'
import { StreamHub, type StreamState } from './hub'
import { applyRun } from './plans'
import { readAgain, readAgainAtRest } from './read-again'

const Hub = createContext<StreamHub | null>(null)

function useHub(): StreamHub {
  const hub = use(Hub)
  if (hub === null) throw new Error('useTopic outside of StreamProvider')
  return hub
}

export function StreamProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const credential = useCredential()
  const hub = useMemo(
    () => new StreamHub({ fetch: (input, init) => globalThis.fetch(input, init), random: () => Math.random() }),
    [],
  )
  useEffect(() => {
    const look = () => (credential === 'in' && document.visibilityState === 'visible' ? hub.open() : hub.close())
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      hub.close()
    }
  }, [hub, credential])
  useEffect(() => {
    const plans = hub.listen('plans', { event: (event) => keepInCache(client, event), refresh: () => readAgainAtRest(client, keys.plans) })
    const inbox = hub.listen('inbox', { event: (event) => keepInCache(client, event) })
    const health = hub.listen('health', { event: (event) => keepInCache(client, event) })
    return () => { plans(); inbox(); health() }
  }, [hub, client])
  return <Hub value={hub}>{children}</Hub>
}

/** Inbox and steps of a run are told whole; of a plan it is told only that it changed, so what is shown of it is read. */
function keepInCache(client: QueryClient, told: StreamEvent): void {
  if (told.event === 'plan_update') {
    void readAgain(client, keys.plan(told.data.plan))
    void client.invalidateQueries({ queryKey: [...keys.plans, 'list'] })
  } else if (told.event === 'execution_status') {
    const key = keys.run(told.data.run)
    const { value, mustRead } = applyRun(client.getQueryData<Run>(key), told.data)
    client.setQueryData(key, value)
    if (mustRead) void readAgain(client, key)
  } else if (told.event === 'inbox_update') {
    client.setQueryData(keys.session, (known: Session | undefined) => known && { ...known, inbox: told.data })
  } else if (told.event === 'health') {
    const { egress } = told.data
    if (egress !== undefined) client.setQueryData(keys.session, (known: Session | undefined) => known && { ...known, egress })
    for (const key of [keys.ready, keys.egress, keys.models]) void client.invalidateQueries({ queryKey: key, exact: true })
  }
}

/**
 * Listens to a topic while the component is shown; null listens to nothing. `refresh` is called when listening begins and
 * when events may be lost: read there, and nothing falls between the read and the first event.
 */
export function useTopic(topic: string | null, handler: (event: StreamEvent) => void, refresh?: () => void): void {
  const hub = useHub()
  const event = useEffectEvent(handler)
  const again = useEffectEvent(() => refresh?.())
  useEffect(() => {
    if (topic === null) return undefined
    return hub.listen(topic, { event: (told) => event(told), refresh: () => again() })
  }, [hub, topic])
}

export function useStreamState(): StreamState {
  const hub = useHub()
  return useSyncExternalStore(hub.watch, hub.state)
}
