// An object as a link to its page, with its state beside it.
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import type { ObjectRef } from '@/api/types'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { objectPath } from '@/ui/object-ref'
import { toneOf } from './tone'

export interface RelatedItem {
  kind: string
  object: ObjectRef
  state: string
}

export function RelatedLink({ cluster, item: { kind, object, state } }: { cluster: string; item: RelatedItem }) {
  const tone = state === 'missing' ? 'bad' : (toneOf(state) ?? 'plain')
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
      <Inert text={kind} short className="w-32 shrink-0 text-ink-3" />
      <Link to="/r/$gvr/$cluster/$namespace/$name" params={objectPath(cluster, object)} search={({ c, n }) => ({ c, n })} className="min-w-0 font-medium break-all text-ink hover:text-accent hover:underline">
        <Inert text={object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`} />
      </Link>
      {state === 'missing' ? <span className="inline-flex items-center gap-1.5 text-bad"><Dot tone="bad" /><Trans>missing</Trans></span> : state !== '' && state !== 'there' && <span className="inline-flex items-center gap-1.5 text-ink-2"><Dot tone={tone} /><Inert text={state} /></span>}
    </span>
  )
}
