// Kinds as links to their lists.
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import { gvrOf } from '@/ui/object-ref'
import type { Kind } from './kinds'

export function KindList({ kinds }: { kinds: readonly Kind[] }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-0.5 p-2">
      {kinds.map((kind) => (
        <li key={gvrOf(kind)}>
          <Link to="/r/$gvr" params={{ gvr: gvrOf(kind) }} search={({ c, n }) => ({ c, n })} className="flex min-h-8 items-baseline gap-2 rounded-md px-2.5 py-1 text-sm hover:bg-hover">
            <Inert text={kind.kind} short className="min-w-0 font-medium" />
            {kind.short_names[0] !== undefined && <Inert text={kind.short_names[0]} className="font-mono text-xs text-ink-3" />}
            {!kind.namespaced && <span className="ml-auto text-xs whitespace-nowrap text-ink-3"><Trans>cluster-wide</Trans></span>}
          </Link>
        </li>
      ))}
    </ul>
  )
}
