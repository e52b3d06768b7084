// What this host still needs, as the doctor says it: each check verified by the host, each fault with its fix to copy.
import { Trans } from '@lingui/react/macro'
import type { Doctor } from '@/api/types'
import { Card, CardList, CardRow } from '@/ui/card'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export function FirstSteps({ doctor }: { doctor: Doctor }) {
  return (
    <Card title={<Trans>What this host needs</Trans>}>
      <CardList>
        {doctor.checks.map(({ name, ok, detail, fix }) => (
          <CardRow key={name}>
            <div className="flex items-start gap-3">
              <span className={ok ? 'mt-0.5 text-ok' : 'mt-0.5 text-bad'}><Icon name={ok ? 'check' : 'cross'} size={14} /></span>
              <div className="grid min-w-0 flex-1 gap-1 text-sm">
                <p>
                  <span className="sr-only">{ok ? <Trans>in order:</Trans> : <Trans>at fault:</Trans>} </span>
                  <span className="font-medium"><Inert text={name} /></span> <Inert text={detail} className="text-ink-2" />
                </p>
                {fix && !ok && <p className="text-ink-2"><Trans>To do: <Inert text={fix} /></Trans></p>}
              </div>
            </div>
          </CardRow>
        ))}
      </CardList>
    </Card>
  )
}
