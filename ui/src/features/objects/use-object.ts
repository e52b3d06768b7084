// One object, read and then watched. When it is deleted while one looks, what was last known stays, marked as gone. What hangs
// on it (YAML, events, relations) is read again when it changes, if it is shown.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, type ObjectAt } from '@/api/keys'
import { objectQuery } from '@/api/objects'
import { useTopic } from '@/stream/react'
import type { Obj } from './read'

interface Told {
  of: string
  gone: boolean
  notLive: string | null
}

export function useObject(at: ObjectAt) {
  const client = useQueryClient()
  const query = useQuery(objectQuery(at))
  const topic = `object:${at.cluster}/${at.gvr}/${at.namespace}/${at.name}`
  const [told, setTold] = useState<Told>({ of: topic, gone: false, notLive: null })
  useTopic(topic, ({ event, data }) => {
    if (event === 'problem') setTold({ of: topic, gone: false, notLive: data.detail })
    if (event !== 'object_update') return
    // The host may tell of an object that never was: then there is nothing to bury.
    setTold({ of: topic, gone: data.gone && client.getQueryData(keys.object(at, 'object')) !== undefined, notLive: null })
    if (data.gone || data.object === null) return
    client.setQueryData(keys.object(at, 'object'), { object: data.object })
    const others = { queryKey: keys.object(at, '').slice(0, -1), predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey.at(-1) !== 'object' }
    void client.invalidateQueries(others)
  }, () => void query.refetch())
  const now = told.of === topic ? told : { gone: false, notLive: null }
  return { query, object: query.data?.object as Obj | undefined, gone: now.gone, notLive: now.notLive }
}
