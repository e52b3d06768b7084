// Owners above, the object, its dependents below: a tree for the eye that is a nested list for everybody else.
import { Plural, Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { components } from '@/api/schema'
import { Card } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { objectName } from '@/ui/object-ref'
import { RelatedLink } from './related-link'

type Related = components['schemas']['Related']

const Branch = ({ children }: { children: ReactNode }) => <ul className="grid gap-1.5 border-l border-line pl-4">{children}</ul>

export function OwnerTree({ cluster, related }: { cluster: string; related: Related }) {
  const of = (relation: string) => related.relations.find((each) => each.relation === relation)
  // From the object up; the tree goes from the top down.
  const owners = [...(of('owner')?.items ?? [])].reverse()
  const dependents = of('dependent')
  if (owners.length === 0 && dependents === undefined) return null
  const self = (
    <li className="grid gap-1.5">
      <span className="text-sm font-semibold"><Inert text={objectName(related.object)} /></span>
      {dependents !== undefined && (
        <Branch>
          {dependents.items.map((item) => <li key={`${item.kind} ${item.object.name}`}><RelatedLink cluster={cluster} item={item} /></li>)}
          {dependents.omitted > 0 && <li className="text-sm text-ink-3"><Plural value={dependents.omitted} one="# more is not shown" other="# more are not shown" /></li>}
        </Branch>
      )}
    </li>
  )
  const tree = owners.reduceRight<ReactNode>(
    (below, item) => <li key={`${item.kind} ${item.object.name}`} className="grid gap-1.5"><RelatedLink cluster={cluster} item={item} /><Branch>{below}</Branch></li>,
    self,
  )
  return <Card title={<Trans>Owners and dependents</Trans>}><div className="overflow-x-auto px-4 py-3"><ul>{tree}</ul></div></Card>
}
