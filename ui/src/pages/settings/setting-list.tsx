// Settings by who said them: each file, flag or variable once, locked, with what it says; then what nobody said.
import { Trans } from '@lingui/react/macro'
import { useId, type ReactNode } from 'react'
import type { Setting } from '@/api/types'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Path } from '@/ui/path'
import { byOrigin } from './by-origin'

export function SettingList({ settings }: { settings: readonly Setting[] }) {
  return (
    <div className="divide-y divide-line">
      {byOrigin(settings).map(({ origin, locked, settings: some }) => (
        <Group key={origin} settings={some} title={locked ? <LockedBy origin={origin} /> : origin === 'default' ? <Trans>As it comes</Trans> : <Inert text={origin} />} />
      ))}
    </div>
  )
}

const LockedBy = ({ origin }: { origin: string }) => (
  <span className="flex items-baseline gap-1.5"><span className="self-center"><Icon name="lock" size={12} /></span><span className="min-w-0 wrap-anywhere"><Trans>Locked by <Path text={origin} /></Trans></span></span>
)

function Group({ title, settings }: { title: ReactNode; settings: readonly Setting[] }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="bg-raised px-4 py-1.5 text-xs font-semibold text-ink-2">{title}</h3>
      <dl className="divide-y divide-line border-t border-line">
        {settings.map(({ name, value }) => (
          <div key={name} className="grid gap-x-4 px-4 py-1.5 text-sm sm:grid-cols-[16rem_1fr] sm:items-baseline">
            <dt className="min-w-0 font-mono text-xs leading-5 break-all text-ink"><Inert text={name} /></dt>
            <dd className="min-w-0 font-mono text-xs leading-5 break-all text-ink-2">{value === '' ? <span className="font-sans text-ink-3"><Trans>empty</Trans></span> : <Inert text={value} />}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
