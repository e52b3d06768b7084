// One cluster, as facts. A cluster that doesn't answer keeps its facts and says why it doesn't.
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Cluster } from '@/api/types'
import { withClusters } from '@/shell/scope'
import type { ClusterStatus } from '@/stream/events'
import { buttonClass } from '@/ui/button'
import { Chip, Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Path } from '@/ui/path'
import { sentence } from '@/ui/sentence'
import { LostAt, Time } from '@/ui/time'
import { ModeWord } from '@/ui/words'
import { Rights } from './rights'

/** A client certificate that ends within this is told apart. */
const SOON_MS = 14 * 24 * 3_600_000

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="min-w-0 text-sm break-words text-ink-2">{children}</dd>
    </div>
  )
}

function Reachability({ cluster, status }: { cluster: Cluster; status: ClusterStatus | undefined }) {
  const lost = status ? status.state === 'lost' : cluster.problem !== null
  if (!lost) return <span className="inline-flex items-center gap-1.5 text-sm text-ink-2"><Dot tone="ok" /><Trans>reachable</Trans></span>
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-bad">
      <Dot tone="bad" />
      {status?.since ? <span><LostAt at={status.since} /></span> : <Trans>not reachable</Trans>}
    </span>
  )
}

function Expiry({ at }: { at: string }) {
  const left = Date.parse(at) - Date.now()
  if (left < 0) return <span className="text-bad"><Trans>expired <Time at={at} /></Trans></span>
  return left < SOON_MS ? <span className="text-warn"><Trans>soon: <Time at={at} /></Trans></span> : <Time at={at} />
}

export function ClusterCard({ cluster, status }: { cluster: Cluster; status: ClusterStatus | undefined }) {
  const version = status?.version ?? cluster.version
  return (
    <article className="grid gap-3 p-4 max-sm:gap-2 max-sm:p-3">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-base font-semibold"><Inert text={cluster.name} /></h2>
        {cluster.production && <Chip tone="prod"><Trans>production</Trans></Chip>}
        <ModeWord mode={cluster.mode} title={cluster.mode_reason} />
        <Reachability cluster={cluster} status={status} />
        <Link to="/r" search={withClusters([cluster.name])} className={`ml-auto ${buttonClass()}`}><Trans>Resources</Trans></Link>
      </header>
      {cluster.mode_reason && <p className="text-sm text-ink-3"><Inert text={sentence(cluster.mode_reason)} /></p>}
      {cluster.problem && (
        <div className="grid gap-1 text-sm">
          <p className="break-words text-bad"><Inert text={sentence(cluster.problem.detail)} /></p>
          {cluster.problem.hint && <p className="break-words text-ink-2"><Inert text={sentence(cluster.problem.hint)} /></p>}
        </div>
      )}
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(8rem,100%),1fr))] gap-x-4 gap-y-2 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] sm:gap-x-6 sm:gap-y-3">
        <Fact name={<Trans>You are</Trans>}>{cluster.user ? <Inert text={cluster.user} /> : <Trans>not known</Trans>}</Fact>
        <Fact name={<Trans>Version</Trans>}>{version ? <Inert text={version} /> : <Trans>not known</Trans>}</Fact>
        <Fact name={<Trans>Context</Trans>}><Inert text={cluster.context} /></Fact>
        <Fact name={<Trans>Namespace</Trans>}><Inert text={cluster.namespace} /></Fact>
        <Fact name={<Trans>Server</Trans>}><Path text={cluster.server} /></Fact>
        <Fact name={<Trans>Known from</Trans>}><Path text={cluster.source} /></Fact>
        {cluster.certificate_expires_at && <Fact name={<Trans>Certificate expires</Trans>}><Expiry at={cluster.certificate_expires_at} /></Fact>}
      </dl>
      {cluster.problem === null && <Rights cluster={cluster.name} namespace={cluster.namespace} />}
      {cluster.namespaces.length > 0 && (
        <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-ink-2">
          {cluster.namespaces.map(({ name, mode }) => <li key={name} className="inline-flex items-center gap-1.5"><Inert text={name} /><ModeWord mode={mode} /></li>)}
        </ul>
      )}
    </article>
  )
}
