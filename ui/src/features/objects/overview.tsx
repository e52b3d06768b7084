// An object at a glance: its key fields, conditions, containers, and what it says of itself. Generic, so that a custom kind
// gets the same; the parts of pods and workloads come when there are any.
import { Trans } from '@lingui/react/macro'
import { Card } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { Conditions } from './conditions'
import { Containers } from './containers'
import { DataKeys } from './data-keys'
import { Fact, Facts, Pairs, shown } from './facts'
import { keyFields } from './key-fields'
import { at, list, obj, text, type Obj } from './read'

const QUIET_ANNOTATIONS = /last-applied-configuration$/

export function Overview({ object }: { object: Obj }) {
  const labels = Object.entries(obj(object, 'metadata', 'labels'))
  const annotations = Object.entries(obj(object, 'metadata', 'annotations')).filter(([key]) => !QUIET_ANNOTATIONS.test(key))
  const created = text(object, 'metadata', 'creationTimestamp')
  const owners = list(object, 'metadata', 'ownerReferences')
  const data = { ...obj(object, 'data'), ...obj(object, 'stringData') }
  return (
    <div className="grid gap-4">
      <Card title={<Trans>Status</Trans>}>
        <Facts>
          {keyFields(object).map(([name, value]) => <Fact key={name} name={<Inert text={name} />}><Inert text={shown(value)} /></Fact>)}
          {created !== undefined && <Fact name={<Trans>Created</Trans>}><Time at={created} /></Fact>}
          {owners.map((owner) => <Fact key={text(owner, 'uid')} name={<Trans>Owned by</Trans>}><Inert text={`${text(owner, 'kind') ?? ''} ${text(owner, 'name') ?? ''}`} /></Fact>)}
        </Facts>
      </Card>
      <Conditions conditions={list(object, 'status', 'conditions')} />
      <Containers object={object} />
      {(Object.keys(data).length > 0 || at(object, 'kind') === 'Secret') && <DataKeys data={data} isSecret={object.kind === 'Secret'} />}
      {labels.length + annotations.length > 0 && (
        <Card title={<Trans>Labels and annotations</Trans>}>
          <div className="grid gap-3 px-4 py-3">
            {labels.length > 0 && <Pairs pairs={labels} />}
            {annotations.length > 0 && <Pairs pairs={annotations} />}
          </div>
        </Card>
      )}
    </div>
  )
}
