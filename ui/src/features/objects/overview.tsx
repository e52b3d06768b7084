// An object as `kubectl describe` tells of it: whether it is ready and its key fields, conditions, containers, volumes, what it
// says of itself, and at the end the latest events. Generic, so that a custom kind gets the same; the parts of pods and
// workloads come when there are any.
import { Plural, Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import { Card } from '@/ui/card'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { Conditions } from './conditions'
import { Containers, Volumes } from './containers'
import { DataKeys } from './data-keys'
import { LatestEvents } from './events'
import { Fact, Facts, Pairs, shown } from './facts'
import { keyFields } from './key-fields'
import { list, obj, text, type Obj } from './read'
import { isShort, readinessOf, type Readiness } from './readiness'

const QUIET_ANNOTATIONS = /last-applied-configuration$/

export function Overview({ at, object }: { at: ObjectAt; object: Obj }) {
  const labels = Object.entries(obj(object, 'metadata', 'labels'))
  const annotations = Object.entries(obj(object, 'metadata', 'annotations')).filter(([key]) => !QUIET_ANNOTATIONS.test(key))
  const created = text(object, 'metadata', 'creationTimestamp')
  const owners = list(object, 'metadata', 'ownerReferences')
  const readiness = readinessOf(object)
  const selector = Object.entries(obj(object, 'spec', 'selector', 'matchLabels'))
  const strategy = text(object, 'spec', 'strategy', 'type') ?? text(object, 'spec', 'updateStrategy', 'type')
  const data = { ...obj(object, 'data'), ...obj(object, 'stringData') }
  return (
    <div className="grid gap-4">
      <Card title={<Trans>Status</Trans>}>
        <Facts>
          {readiness !== null && <Fact name={<Trans>Readiness</Trans>}><ReadyWords readiness={readiness} /></Fact>}
          {keyFields(object, readiness?.fields).map(([name, value]) => <Fact key={name} name={<Inert text={name} />}><Inert text={shown(value)} /></Fact>)}
          {created !== undefined && <Fact name={<Trans>Created</Trans>}><Time at={created} /></Fact>}
          {owners.map((owner) => <Fact key={text(owner, 'uid')} name={<Trans>Owned by</Trans>}><Inert text={`${text(owner, 'kind') ?? ''} ${text(owner, 'name') ?? ''}`} /></Fact>)}
          {strategy !== undefined && <Fact name={<Trans>Strategy</Trans>}><Inert text={strategy} /></Fact>}
          {selector.length > 0 && <Fact name={<Trans>Selects</Trans>}><Pairs pairs={selector} /></Fact>}
        </Facts>
      </Card>
      <Conditions conditions={list(object, 'status', 'conditions')} isShort={isShort(readiness)} />
      <Containers object={object} />
      <Volumes object={object} />
      {(Object.keys(data).length > 0 || object.kind === 'Secret') && <DataKeys data={data} isSecret={object.kind === 'Secret'} />}
      {labels.length + annotations.length > 0 && (
        <Card title={<Trans>Labels and annotations</Trans>}>
          <div className="grid gap-3 px-4 py-3">
            {labels.length > 0 && <Pairs pairs={labels} />}
            {annotations.length > 0 && <Pairs pairs={annotations} />}
          </div>
        </Card>
      )}
      <LatestEvents at={at} />
    </div>
  )
}

function ReadyWords({ readiness }: { readiness: Readiness }) {
  const { ready, wanted, of } = readiness
  if (of === 'completions') return <Trans>{ready} of {wanted} completed</Trans>
  return (
    <span className="inline-flex items-center gap-1.5 font-medium">
      <Dot tone={isShort(readiness) ? (ready === 0 ? 'bad' : 'warn') : wanted === 0 ? 'plain' : 'ok'} />
      {of === 'pods' ? <Trans>{ready} of {wanted} ready</Trans> : <Plural value={wanted} one={`${ready} of # container ready`} other={`${ready} of # containers ready`} />}
    </span>
  )
}
