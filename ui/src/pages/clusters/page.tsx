// The clusters one can reach: where each is known from, who one is there, what may be done, and whether it answers now.
// Reachability is live. It adds and removes none: that is the configuration's.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { clustersQuery } from '@/api/queries'
import { storedProblem } from '@/api/problem'
import { ADD_CLUSTER } from '@/features/cluster/add'
import { useScope, useSetScope } from '@/shell/use-scope'
import { applyCluster, type ClusterStates } from '@/stream/live'
import { useTopic } from '@/stream/react'
import { Command } from '@/ui/code'
import { Page } from '@/ui/states/page'
import { ClusterCard } from './cluster'

export default function Clusters() {
  const { t } = useLingui()
  const scope = useScope()
  const setScope = useSetScope()
  const query = useQuery(clustersQuery)
  const [states, setStates] = useState<ClusterStates>(new Map())
  useTopic('clusters', (told) => {
    if (told.event === 'cluster_status') setStates((known) => applyCluster(known, told.data))
  }, () => void query.refetch())
  const inScope = <T extends { name: string }>(items: readonly T[]) =>
    items.filter(({ name }) => scope.clusters.length === 0 || scope.clusters.includes(name))
  return (
    <Page
      title={t`Clusters`}
      lead={<Trans>Everything is done as you: your own permissions on each cluster decide.</Trans>}
      query={query}
      isEmpty={({ items }) => inScope(items).length === 0}
      emptyFirst={{
        title: <Trans>No cluster is configured</Trans>,
        text: <Trans>Add one with its kubeconfig, then restart the host:</Trans>,
        action: <Command text={ADD_CLUSTER} />,
      }}
      clearFilter={scope.clusters.length === 0 ? null : () => setScope({ c: undefined, n: undefined })}
      failures={({ items }) => inScope(items).flatMap(({ name, problem }) => (problem ? [{ name, why: storedProblem(problem).detail }] : []))}
    >
      {({ items }) => <ul className="divide-y divide-line">{inScope(items).map((cluster) => <li key={cluster.name}><ClusterCard cluster={cluster} status={states.get(cluster.name)} /></li>)}</ul>}
    </Page>
  )
}
