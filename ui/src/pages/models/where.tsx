// Where a model's bytes go, plainly: they stay on this machine, or cross its edge to a bound address, or go nowhere yet.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Model } from '@/api/models'
import { cx } from '@/ui/cx'
import { Icon, type IconName } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export function Where({ model: { local, destinations } }: { model: Pick<Model, 'local' | 'destinations'> }) {
  const closed = destinations.filter(({ bound }) => !bound)
  if (closed.length > 0) {
    return <Sign icon="lock" tone="text-ink-3" line="dashed" title={<Trans>goes nowhere yet</Trans>}>{closed.map(({ name }) => <Inert key={name} text={name} />)}</Sign>
  }
  const origins = destinations.map(({ name, origin }) => origin ?? name)
  if (local) return <Sign icon="check" tone="text-ok" line={null} title={<Trans>stays on this machine</Trans>}>{origins.map((origin) => <Inert key={origin} text={origin} className="font-mono break-all" />)}</Sign>
  return <Sign icon="globe" tone="text-warn" line="solid" title={<Trans>leaves this machine, to</Trans>}>{origins.map((origin) => <Inert key={origin} text={origin} className="font-mono break-all text-ink" />)}</Sign>
}

interface SignProps {
  icon: IconName
  tone: string
  /** The way over the machine's edge: whole, broken, or none. */
  line: 'solid' | 'dashed' | null
  title: ReactNode
  children: ReactNode
}

export function Sign({ icon, tone, line, title, children }: SignProps) {
  return (
    <div className="flex min-w-0 items-start gap-2 text-xs">
      {line !== null && (
        <span aria-hidden="true" className={cx('mt-2 flex w-10 shrink-0 items-center max-lg:hidden', tone)}>
          <span className={cx('flex-1 border-t border-current', line === 'dashed' && 'border-dashed')} />{line === 'solid' && <span className="-ml-1.5"><Icon name="right" size={12} /></span>}
        </span>
      )}
      <span className={cx('mt-0.5', tone)}><Icon name={icon} size={14} /></span>
      <p className="grid min-w-0 text-ink-2"><span className={cx('font-medium', tone)}>{title}</span>{children}</p>
    </div>
  )
}
