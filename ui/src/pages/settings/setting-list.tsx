// Settings by name: the value, where it was said, and a lock where that is not here.
import { Trans } from '@lingui/react/macro'
import type { Setting } from '@/api/types'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Path } from '@/ui/path'

export function SettingList({ settings }: { settings: readonly Setting[] }) {
  return (
    <dl className="divide-y divide-line">
      {settings.map(({ name, value, origin, locked }) => (
        <div key={name} className="grid gap-x-4 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[14rem_1fr_18rem] sm:items-baseline">
          <dt className="min-w-0 font-mono text-xs leading-5 break-all text-ink"><Inert text={name} /></dt>
          <dd className="min-w-0 font-mono text-xs leading-5 break-all text-ink-2">{value === '' ? <span className="font-sans text-ink-3"><Trans>empty</Trans></span> : <Inert text={value} />}</dd>
          <dd className="flex min-w-0 items-baseline gap-1.5 text-xs text-ink-3">
            {locked
              ? <><span className="self-center"><Icon name="lock" size={12} /></span><span className="min-w-0 wrap-anywhere text-ink-2"><Trans>locked by <Path text={origin} /></Trans></span></>
              : origin === 'default' ? <Trans>default</Trans> : <Inert text={origin} />}
          </dd>
        </div>
      ))}
    </dl>
  )
}
