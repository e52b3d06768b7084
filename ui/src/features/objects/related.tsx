// What belongs to an object: owners and dependents as a tree around it, everything else as lists by relation.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import { useLingui } from '@lingui/react'
import type { ObjectAt } from '@/api/keys'
import { relatedQuery } from '@/api/objects'
import type { components } from '@/api/schema'
import { Card, CardList, CardRow } from '@/ui/card'
import { Read } from '@/ui/states/page'
import { failuresOf } from './gaps'
import { OwnerTree } from './owner-tree'
import { RelatedLink } from './related-link'
import { RELATIONS } from './relations'

type Related = components['schemas']['Related']

const IN_TREE = new Set(['owner', 'dependent'])

export function RelatedTab({ at }: { at: ObjectAt }) {
  const query = useQuery(relatedQuery(at))
  return (
    <Read query={query} isEmpty={({ relations }) => relations.length === 0} emptyFirst={{ title: <Trans>Nothing belongs to it</Trans>, text: <Trans>No object names this one, and it names none.</Trans> }} clearFilter={null} failures={failuresOf}>
      {(related) => (
        <div className="grid gap-4">
          <OwnerTree cluster={at.cluster} related={related} />
          {related.relations.filter(({ relation }) => !IN_TREE.has(relation)).map((relation) => <Relation key={relation.relation} cluster={at.cluster} {...relation} />)}
        </div>
      )}
    </Read>
  )
}

function Relation({ cluster, relation, items, total, omitted }: Related['relations'][number] & { cluster: string }) {
  const { _ } = useLingui()
  return (
    <Card title={_(RELATIONS[relation])} aside={<span className="text-xs text-ink-3 tabular-nums">{total}</span>}>
      <CardList>
        {items.map((item) => <CardRow key={`${item.kind} ${item.object.namespace ?? ''} ${item.object.name}`}><RelatedLink cluster={cluster} item={item} /></CardRow>)}
        {omitted > 0 && <CardRow><span className="text-sm text-ink-3"><Plural value={omitted} one="# more is not shown" other="# more are not shown" /></span></CardRow>}
      </CardList>
    </Card>
  )
}
