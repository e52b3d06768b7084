// Where a model's bytes go, plainly: they stay on this machine, or cross its edge to a bound address, or go nowhere yet. On a wide
// screen the edge is a line down the picture, and this is what stands on either side of it.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Model } from '@/api/models'
import { cx } from '@/ui/cx'
import { Icon, type IconName } from '@/ui/icon'
import { Inert } from '@/ui/inert'

/** The right side of the edge, in each row of the picture, so that the line is whole. */
export const EDGE = 'max-xl:hidden xl:col-start-4 xl:border-l xl:border-dashed xl:border-line-strong'

export function Where({ model: { local, destinations } }: { model: Pick<Model, 'local' | 'destinations'> }) {
  const closed = destinations.filter(({ bound }) => !bound)
  if (closed.length > 0) {
    return <Outside line="dashed" tone="text-ink-3"><Sign icon="lock" tone="text-ink-3" title={<Trans>goes nowhere yet</Trans>}>{closed.map(({ name }) => <Inert key={name} text={name} />)}</Sign></Outside>
  }
  const origins = destinations.map(({ name, origin }) => <Inert key={name} text={origin ?? name} className="font-mono wrap-anywhere" />)
  if (local) return <Inside>{origins}</Inside>
  return <Outside line="solid" tone="text-warn"><Sign icon="globe" tone="text-warn" title={<Trans>leaves, to</Trans>}>{origins}</Sign></Outside>
}

/** What stays. */
export const Inside = ({ children }: { children?: ReactNode }) => (
  <>
    <div className="flex min-w-0 items-center max-xl:col-start-2 max-xl:pt-2"><Sign icon="check" tone="text-ok" title={<Trans>stays on this machine</Trans>}>{children}</Sign></div>
    <div className={EDGE} />
  </>
)

/** What crosses the edge, or would: a way that is whole or broken, and where it leads. */
const Outside = ({ line, tone, children }: { line: 'solid' | 'dashed'; tone: string; children: ReactNode }) => (
  <>
    <div aria-hidden="true" className={cx('flex items-center max-xl:hidden', line === 'solid' && '-mr-6', tone)}>
      <span className={cx('flex-1 border-t border-current', line === 'dashed' && 'border-dashed')} />{line === 'solid' && <span className="-ml-2"><Icon name="right" size={14} /></span>}
    </div>
    <div className="flex min-w-0 items-center max-xl:col-start-2 max-xl:pt-2 xl:border-l xl:border-dashed xl:border-line-strong xl:pl-4">{children}</div>
  </>
)

function Sign({ icon, tone, title, children }: { icon: IconName; tone: string; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex min-w-0 items-start gap-1.5 text-xs">
      <span className={cx('mt-0.5', tone)}><Icon name={icon} size={14} /></span>
      <p className="grid min-w-0 text-ink-2"><span className={cx('font-medium', tone)}>{title}</span>{children}</p>
    </div>
  )
}
