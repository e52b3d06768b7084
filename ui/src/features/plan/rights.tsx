// Whose rights a plan runs with, and whether they are there. Asked of each cluster for oneself only: nobody is told what
// others may do.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { rightsQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Dot } from '@/ui/chip'
import { Command } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { PartHeading } from './part-heading'
import { rightsOf, type RightAsked } from './rights-asked'

export function Rights({ plan, own }: { plan: Plan; own: boolean }) {
  const requester = plan.requester
  return (
    <Card title={<Trans>Permissions</Trans>}>
      <div className="grid gap-3 px-4 py-3 text-sm">
        {own
          ? <p className="text-ink-2"><Trans>It runs with your own permissions.</Trans></p>
          : <p className="text-ink-2"><Trans>It runs with the permissions of {requester}, with which the server tried it when it was planned.</Trans></p>}
      </div>
      {own && plan.parts.map((part) => <OfPart key={part.cluster} plan={plan} cluster={part.cluster} />)}
    </Card>
  )
}

function OfPart({ plan, cluster }: { plan: Plan; cluster: string }) {
  const asked = rightsOf(plan, cluster)
  const query = useQuery({ ...rightsQuery(cluster, asked), enabled: asked.length > 0 })
  if (asked.length === 0) return null
  return (
    <div className="border-t border-line">
      <div className="px-4 pt-2 empty:hidden"><PartHeading plan={plan} cluster={cluster} /></div>
      <Read query={query} isEmpty={() => false} emptyFirst={{ title: null, text: null }} clearFilter={null} lines={1}>
        {({ items }) => (
          <ul className="grid gap-1.5 px-4 py-2 text-sm">
            {items.map((answer) => (
              <li key={`${answer.verb} ${answer.resource} ${answer.namespace ?? ''}`} className="grid gap-1">
                <p className="flex items-baseline gap-x-2">
                  <Dot tone={answer.allowed ? 'ok' : 'bad'} />
                  <span className="min-w-0">
                    <span className="font-mono text-xs break-words"><Inert text={[answer.verb, answer.resource, answer.namespace].filter(Boolean).join(' ')} /></span>{' '}
                    <span className="text-ink-2">{answer.allowed ? <Trans>allowed</Trans> : <Trans>not allowed</Trans>}</span>
                  </span>
                </p>
                {!answer.allowed && <Command text={canI(answer)} />}
              </li>
            ))}
          </ul>
        )}
      </Read>
    </div>
  )
}

const canI = ({ verb, resource, namespace }: RightAsked): string =>
  ['kubectl auth can-i', verb, resource, ...(namespace === undefined ? [] : ['-n', namespace])].join(' ')
