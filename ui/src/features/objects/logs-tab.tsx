// The logs of an object: a pod's own, or those of the pods that belong to it.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import { relatedQuery } from '@/api/objects'
import { LogView } from '@/features/logs/log-view'
import type { LogSearch } from '@/features/logs/search'
import { Card } from '@/ui/card'
import { Read } from '@/ui/states/page'
import { failuresOf } from './gaps'
import { containerNames, type Obj } from './read'
import { stoppedBecause, stoppedPods } from './stopped'

interface LogsTabProps {
  at: ObjectAt
  object: Obj
  search: LogSearch
  onSearch: (change: LogSearch) => void
}

export function LogsTab({ at, object, search, onSearch }: LogsTabProps) {
  const view = { cluster: at.cluster, namespace: at.namespace, containers: containerNames(object), search, onSearch }
  if (at.gvr !== 'pods') return <PodsLogs at={at} view={view} />
  const why = stoppedBecause(object, search.container)
  return <LogView {...view} pods={[at.name]} stopped={new Map(why === null ? [] : [[at.name, why]])} />
}

function PodsLogs({ at, view }: { at: ObjectAt; view: Omit<Parameters<typeof LogView>[0], 'pods' | 'stopped'> }) {
  const query = useQuery(relatedQuery(at))
  const podsOf = (related: NonNullable<typeof query.data>) => related.relations.flatMap(({ items }) => items.filter(({ kind }) => kind === 'Pod'))
  const data = query.data && { ...query.data, pods: [...new Set(podsOf(query.data).map(({ object }) => object.name))], stopped: stoppedPods(podsOf(query.data)) }
  const read = { ...query, data }
  const isReady = data !== undefined && data.pods.length > 0
  const body = (
    <Read query={read} isEmpty={({ pods }) => pods.length === 0} emptyFirst={{ title: <Trans>No pods</Trans>, text: <Trans>Nothing runs for this object, so there is nothing to log.</Trans> }} clearFilter={null} failures={failuresOf}>
      {({ pods, stopped }) => <LogView {...view} pods={pods} stopped={stopped} />}
    </Read>
  )
  return isReady ? body : <Card title={<Trans>Logs</Trans>}>{body}</Card>
}
