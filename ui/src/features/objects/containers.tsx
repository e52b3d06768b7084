// The containers of a pod or of a workload's template: image, state as the node tells it, what they ask for.
import { Plural, Trans } from '@lingui/react/macro'
import { Card, CardList, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { list, obj, podSpec, text, type Obj } from './read'
import { toneOf } from './tone'

export function Containers({ object }: { object: Obj }) {
  const spec = podSpec(object)
  const containers = [...list(spec, 'initContainers').map((each) => ({ each, isInit: true })), ...list(spec, 'containers').map((each) => ({ each, isInit: false }))]
  if (containers.length === 0) return null
  const statuses = [...list(object, 'status', 'containerStatuses'), ...list(object, 'status', 'initContainerStatuses')]
  return (
    <Card title={<Trans>Containers</Trans>}>
      <CardList>
        {containers.map(({ each, isInit }) => {
          const name = text(each, 'name') ?? ''
          return <CardRow key={name}><Container spec={each} isInit={isInit} status={statuses.find((status) => status.name === name)} /></CardRow>
        })}
      </CardList>
    </Card>
  )
}

/** `waiting: CrashLoopBackOff`, with the message. */
function stateOf(status: Obj): { word: string; why: string | undefined } | null {
  const [phase, detail] = Object.entries(obj(status, 'state'))[0] ?? []
  if (phase === undefined) return null
  return { word: text(detail, 'reason') ?? phase, why: text(detail, 'message') }
}

function Container({ spec, status, isInit }: { spec: Obj; status: Obj | undefined; isInit: boolean }) {
  const state = status === undefined ? null : stateOf(status)
  const last = status === undefined ? {} : obj(status, 'lastState', 'terminated')
  const restarts = Number(text(status, 'restartCount') ?? 0)
  const ports = list(spec, 'ports').map((port) => [text(port, 'containerPort'), text(port, 'protocol')].filter(Boolean).join('/'))
  const asks = (what: string) => Object.entries(obj(spec, 'resources', what)).map(([key, value]) => `${key} ${String(value)}`).join(', ')
  return (
    <div className="grid gap-1 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Inert text={text(spec, 'name') ?? ''} className="font-medium" />
        {isInit && <Chip><Trans>init</Trans></Chip>}
        {state !== null && <Chip tone={toneOf(state.word) ?? 'plain'}><Inert text={state.word} /></Chip>}
        {restarts > 0 && <Chip tone="warn"><Plural value={restarts} one="# restart" other="# restarts" /></Chip>}
      </p>
      <p className="font-mono text-xs break-all text-ink-2"><Inert text={text(spec, 'image') ?? ''} /></p>
      {state?.why !== undefined && <p className="break-words text-ink-2"><Inert text={state.why} /></p>}
      {text(last, 'exitCode') !== undefined && <p className="text-xs text-ink-3"><Trans>Ended before with code {text(last, 'exitCode') ?? ''}: <Inert text={text(last, 'reason') ?? ''} /></Trans></p>}
      <p className="flex flex-wrap gap-x-4 text-xs text-ink-3">
        {ports.length > 0 && <span><Trans>Ports <Inert text={ports.join(', ')} /></Trans></span>}
        {asks('requests') !== '' && <span><Trans>Requests <Inert text={asks('requests')} /></Trans></span>}
        {asks('limits') !== '' && <span><Trans>Limits <Inert text={asks('limits')} /></Trans></span>}
      </p>
    </div>
  )
}
