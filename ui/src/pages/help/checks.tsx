// What the doctor examined: what fails first, each with a fix to copy.
import { Trans } from '@lingui/react/macro'
import type { Doctor } from '@/api/types'
import { Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export function Checks({ checks }: { checks: Doctor['checks'] }) {
  const sorted = [...checks].sort((a, b) => Number(a.ok) - Number(b.ok))
  return (
    <ul className="divide-y divide-line">
      {sorted.map(({ name, ok, detail, fix }) => (
        <li key={name} className="grid grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-2.5 text-sm">
          <p className="flex items-baseline gap-2.5">
            <span className={`self-center ${ok ? 'text-ok' : 'text-bad'}`}><Icon name={ok ? 'check' : 'warning'} size={14} /><span className="sr-only">{ok ? <Trans>in order</Trans> : <Trans>not in order</Trans>}</span></span>
            <Inert text={name} className="w-36 shrink-0 font-medium break-words" />
            <Inert text={detail} className="min-w-0 break-words text-ink-2" />
          </p>
          {fix !== undefined && <Command text={fix} />}
        </li>
      ))}
    </ul>
  )
}
