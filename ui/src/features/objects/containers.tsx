// The containers of a pod or of a workload's template: image, state as the node tells it and how the run before ended, what
// they ask for, how they are probed, what they mount. Then where the mounted volumes come from.
import { Plural, Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Card, CardList, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { PROBES, endedBefore, endedNow, mountText, probeText, volumeText, words, type Ended, type ProbeName } from './described'
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

export function Volumes({ object }: { object: Obj }) {
  const volumes = list(podSpec(object), 'volumes')
  if (volumes.length === 0) return null
  return (
    <Card title={<Trans>Volumes</Trans>}>
      <dl className="divide-y divide-line">
        {volumes.map((volume) => (
          <div key={text(volume, 'name')} className="grid gap-x-4 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[13rem_1fr]">
            <dt className="min-w-0 break-words font-medium"><Inert text={text(volume, 'name') ?? ''} /></dt>
            <dd className="min-w-0 break-words text-ink-2"><Inert text={volumeText(volume)} /></dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

/** `waiting: CrashLoopBackOff`, with the message, and since when where it is known. */
function stateOf(status: Obj): { word: string; why: string | undefined; since: string | undefined } | null {
  const [phase, detail] = Object.entries(obj(status, 'state'))[0] ?? []
  if (phase === undefined) return null
  return { word: text(detail, 'reason') ?? phase, why: text(detail, 'message'), since: text(detail, 'startedAt') }
}

function Container({ spec, status, isInit }: { spec: Obj; status: Obj | undefined; isInit: boolean }) {
  const state = status === undefined ? null : stateOf(status)
  const now = endedNow(status)
  const before = endedBefore(status)
  const restarts = Number(text(status, 'restartCount') ?? 0)
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Inert text={text(spec, 'name') ?? ''} className="font-medium" />
        {isInit && <Chip><Trans>init</Trans></Chip>}
        {state !== null && <Chip tone={toneOf(state.word) ?? 'plain'}><Inert text={state.word} /></Chip>}
        {status?.ready === false && now === null && <Chip tone="warn"><Trans>not ready</Trans></Chip>}
        {restarts > 0 && <Chip tone="warn"><Plural value={restarts} one="# restart" other="# restarts" /></Chip>}
        {now === null && state?.since !== undefined && <span className="text-xs text-ink-3"><Trans>since <Time at={state.since} /></Trans></span>}
      </p>
      <p className="font-mono text-xs break-all text-ink-2"><Inert text={text(spec, 'image') ?? ''} /></p>
      {state?.why !== undefined && <p className="break-words text-ink-2"><Inert text={state.why} /></p>}
      {now !== null && <p className="break-words text-ink-2"><Trans>Ended: <End end={now} /></Trans></p>}
      {before !== null && <p className="break-words text-ink-2"><Trans>The run before ended: <End end={before} /></Trans></p>}
      <Details spec={spec} />
    </div>
  )
}

function End({ end }: { end: Ended }) {
  return (
    <>
      {end.reason !== undefined && <Inert text={end.reason} className={end.reason === 'Completed' ? '' : 'font-medium text-bad'} />}
      {end.exitCode !== undefined && <>{' '}<Trans>with exit code <Inert text={end.exitCode} className="font-mono" /></Trans></>}
      {end.at !== undefined && <>, <Time at={end.at} /></>}
      {end.message !== undefined && <span className="block text-xs"><Inert text={end.message} /></span>}
    </>
  )
}

/** What the specification says, by its name; what it doesn't say is left out, but for limits, whose absence counts. */
function Details({ spec }: { spec: Obj }) {
  const ports = list(spec, 'ports').map((port) => [text(port, 'containerPort'), text(port, 'protocol')].filter(Boolean).join('/'))
  const asks = (what: string) => Object.entries(obj(spec, 'resources', what)).map(([key, value]) => `${key} ${String(value)}`).join(', ')
  const command = [words(spec.command), words(spec.args)].filter(Boolean).join(' ')
  const mounts = list(spec, 'volumeMounts').map(mountText)
  const variables = list(spec, 'env').length
  const limits = asks('limits')
  return (
    <dl className="grid gap-x-4 gap-y-1 text-xs sm:grid-cols-[9rem_1fr]">
      {ports.length > 0 && <Detail name={<Trans>Ports</Trans>}><Inert text={ports.join(', ')} /></Detail>}
      {command !== '' && <Detail name={<Trans>Command</Trans>}><Inert text={command} className="font-mono" /></Detail>}
      {asks('requests') !== '' && <Detail name={<Trans>Requests</Trans>}><Inert text={asks('requests')} /></Detail>}
      <Detail name={<Trans>Limits</Trans>}>{limits === '' ? <Trans>none</Trans> : <Inert text={limits} />}</Detail>
      {PROBES.map((probe) => {
        const said = obj(spec, probe)
        return Object.keys(said).length > 0 && <Detail key={probe} name={<ProbeWord probe={probe} />}><Inert text={probeText(said)} className="font-mono" /></Detail>
      })}
      {variables > 0 && <Detail name={<Trans>Environment</Trans>}><Plural value={variables} one="# variable" other="# variables" /></Detail>}
      {mounts.length > 0 && <Detail name={<Trans>Mounts</Trans>}>{mounts.map((mount) => <Inert key={mount} text={mount} className="block" />)}</Detail>}
    </dl>
  )
}

function Detail({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words text-ink-2 max-sm:mb-1">{children}</dd>
    </>
  )
}

function ProbeWord({ probe }: { probe: ProbeName }) {
  if (probe === 'livenessProbe') return <Trans>Liveness</Trans>
  return probe === 'readinessProbe' ? <Trans>Readiness</Trans> : <Trans>Startup</Trans>
}
