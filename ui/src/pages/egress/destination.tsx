// One destination: who may ask for it, where it leads or that it is closed, what may go there, what went there, a trial.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Bound, Destination } from '@/api/egress'
import { Chip } from '@/ui/chip'
import { Command } from '@/ui/code'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Classes } from './classes'
import { Counts } from './counts'
import { useTrial } from './trial'

export function DestinationRow({ destination, airGapped, isFound }: { destination: Destination; airGapped: boolean; isFound: boolean }) {
  const { bound } = destination
  return bound === null ? <Closed destination={destination} isTold={airGapped || isFound} /> : <Open destination={destination} bound={bound} airGapped={airGapped} />
}

function Open({ destination: { destination, wanted_by: by }, bound, airGapped }: { destination: Destination; bound: Bound; airGapped: boolean }) {
  const { button, outcome } = useTrial(destination)
  const shut = airGapped || bound.broken !== null
  return (
    <article className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Heading name={destination} icon={shut ? 'lock' : 'globe'} aside={button}>
        {airGapped ? <Chip><Trans>closed: air-gapped</Trans></Chip>
          : bound.broken !== null ? <Chip tone="warn"><Trans>bound, but broken</Trans></Chip>
          : bound.internal ? <Chip tone="ok"><Trans>open, inside</Trans></Chip> : <Chip tone="warn"><Trans>open, outside</Trans></Chip>}
      </Heading>
      <Way by={by} open={!shut}><Inert text={bound.url} className="font-mono text-xs wrap-anywhere text-ink" /></Way>
      {bound.broken !== null && <p className="text-sm break-words text-bad"><Inert text={bound.broken} /></p>}
      <Classes allowed={bound.data} />
      <p className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-3">
        {bound.credential ? <span><Trans>with a credential, added by the host</Trans></span> : <span><Trans>without a credential</Trans></span>}
        {bound.proxy !== null && <span><Trans>through the proxy <Inert text={bound.proxy} /></Trans></span>}
        {bound.own_ca && <span><Trans>vouched for by one CA of your own</Trans></span>}
      </p>
      <Counts counts={bound.counts} underWay={bound.under_way} />
      {outcome}
    </article>
  )
}

/** `isTold`: how it is opened, or that it can't be, stands elsewhere. */
function Closed({ destination: { destination, wanted_by: by, command }, isTold }: { destination: Destination; isTold: boolean }) {
  return (
    <article className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Heading name={destination} icon="lock"><Chip><Trans>closed</Trans></Chip></Heading>
      <Way by={by} open={false}><span className="text-sm text-ink-3"><Trans>nowhere</Trans></span></Way>
      {!isTold && command !== null && <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5"><p className="text-sm text-ink-2"><Trans>Nothing reaches it. To open it:</Trans></p><Command text={command} /></div>}
    </article>
  )
}

function Heading({ name, icon, aside, children }: { name: string; icon: 'globe' | 'lock'; aside?: ReactNode; children: ReactNode }) {
  return (
    <header className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
      <span className={icon === 'globe' ? 'text-warn' : 'text-ink-3'}><Icon name={icon} /></span>
      <h3 className="text-base font-semibold"><Inert text={name} /></h3>
      {children}
      {aside && <span className="ml-auto">{aside}</span>}
    </header>
  )
}

/** Who, a line that is whole or broken, where to. */
function Way({ by, open, children }: { by: readonly string[]; open: boolean; children: ReactNode }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
      {by.length === 0 ? <span className="text-ink-3"><Trans>no component asks for it</Trans></span> : <span><Inert text={by.join(', ')} /><span className="sr-only"> <Trans>may send to</Trans></span></span>}
      <span aria-hidden="true" className={cx('flex items-center', open ? 'text-warn' : 'text-ink-3')}>
        <span className={cx('w-8 border-t', open ? 'border-current' : 'border-dashed border-current')} />{open ? <Icon name="right" size={12} /> : <Icon name="cross" size={12} />}
      </span>
      {children}
    </p>
  )
}
