// One object: what it is, what changed, its YAML, events, logs, relations and history, live. Whatever changes it begins as a
// plan. Which tab is open, and how its logs are shown, is in the URL.
import '@/features/objects/words'
import { useQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { kindsQuery } from '@/api/queries'
import { ChangesTab } from '@/features/objects/changes'
import { EventsTab } from '@/features/objects/events'
import { shortName } from '@/features/objects/gvr'
import { HistoryTab } from '@/features/objects/history'
import { HAS_LOGS } from '@/features/objects/has-logs'
import { LogsTab } from '@/features/objects/logs-tab'
import { ObjectNotes } from '@/features/objects/object-notes'
import { Overview } from '@/features/objects/overview'
import { PlanActions } from '@/features/objects/plan-actions'
import { RelatedTab } from '@/features/objects/related'
import type { Obj } from '@/features/objects/read'
import { TABS, type ObjectSearch, type TabName } from '@/features/objects/search'
import { useObject } from '@/features/objects/use-object'
import { useTabNames } from '@/features/objects/use-tab-names'
import { YamlTab } from '@/features/objects/yaml'
import { gvrOf } from '@/ui/object-ref'
import { Inert } from '@/ui/inert'
import { PageFrame, Read } from '@/ui/states/page'
import { Tabs } from '@/ui/tabs'
import { useAhead } from '@/ui/use-ahead'

const route = getRouteApi('/r/$gvr/$cluster/$namespace/$name')

export default function ObjectPage() {
  const at = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const navigate = route.useNavigate()
  const { t } = useLingui()
  const names = useTabNames()
  const { query, object, gone, notLive } = useObject(at)
  const verbs = useQuery(kindsQuery(at.cluster)).data?.items.find((kind) => gvrOf(kind) === at.gvr)?.verbs
  const kind = typeof object?.kind === 'string' ? object.kind : at.gvr
  const tabs = TABS.filter((each) => each !== 'logs' || HAS_LOGS.has(at.gvr)).map((value) => ({ value, label: names[value] }))
  const shown = tabs.some(({ value }) => value === tab) ? tab : 'overview'
  const [pressed, press] = useAhead(shown, (value: TabName) => void navigate({ search: ({ c, n }) => ({ c, n, ...(value !== 'overview' && { tab: value }) }), replace: true, resetScroll: false }))
  return (
    <PageFrame
      title={shortName(at)}
      lead={<><Link to="/r/$gvr" params={{ gvr: at.gvr }} search={({ c, n }) => ({ c, n })} className="hover:text-ink hover:underline"><Inert text={kind} /></Link> · <Inert text={at.cluster} /></>}
      actions={object !== undefined && !gone && <PlanActions gvr={at.gvr} objects={[at]} verbs={verbs} replicasNow={replicasOf(object)} />}
    >
      {object !== undefined && <ObjectNotes at={at} object={object} gone={gone} notLive={notLive} brief={pressed !== 'overview'} />}
      <Read query={query} isEmpty={() => false} emptyFirst={{ title: <Trans>Empty</Trans>, text: <Trans>The host answered with nothing.</Trans> }} clearFilter={null} lines={10}>
        {(data) => (
          <div className="min-w-0">
            <Tabs label={t`About this object`} tabs={tabs} value={pressed} onChange={press}>
              <div className="pt-4"><Panel tab={tab} object={data.object} isGone={gone} /></div>
            </Tabs>
          </div>
        )}
      </Read>
    </PageFrame>
  )
}

function replicasOf(object: Obj): number | undefined {
  const spec = object.spec as Obj | undefined
  return typeof spec?.replicas === 'number' ? spec.replicas : undefined
}

function Panel({ tab, object, isGone }: { tab: TabName; object: Obj; isGone: boolean }) {
  const at = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const say = (change: ObjectSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  switch (tab) {
    case 'changes': return <ChangesTab at={at} />
    case 'yaml': return <YamlTab at={at} isGone={isGone} />
    case 'events': return <EventsTab at={at} />
    case 'logs': return HAS_LOGS.has(at.gvr) ? <LogsTab at={at} object={object} search={search} onSearch={say} /> : <Overview at={at} object={object} />
    case 'related': return <RelatedTab at={at} />
    case 'history': return <HistoryTab at={at} />
    default: return <Overview at={at} object={object} />
  }
}
