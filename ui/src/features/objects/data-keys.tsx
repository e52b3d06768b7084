// The data of a ConfigMap or Secret, by key. A Secret's values come masked from the host and can be shown by nobody here.
import { Trans } from '@lingui/react/macro'
import { Card, CardNote } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { shown } from './facts'

export function DataKeys({ data, isSecret }: { data: Record<string, unknown>; isSecret: boolean }) {
  const entries = Object.entries(data)
  return (
    <Card title={<Trans>Data</Trans>} aside={isSecret && <span className="text-xs text-ink-3"><Trans>masked by the host</Trans></span>}>
      {entries.length === 0 ? <CardNote><Trans>It holds no data.</Trans></CardNote> : (
        <dl className="divide-y divide-line">
          {entries.map(([key, value]) => (
            <div key={key} className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[13rem_1fr]">
              <dt className="font-mono text-xs leading-5 break-all"><Inert text={key} /></dt>
              <dd className="max-h-48 min-w-0 overflow-auto font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink-2"><Inert text={shown(value)} /></dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}
