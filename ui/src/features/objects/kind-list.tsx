// Kinds as links to their lists.
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { Fragment } from 'react'
import { Inert } from '@/ui/inert'
import { gvrOf } from '@/ui/object-ref'
import type { Kind } from './kinds'

/** Whole, broken between its words where a line ends: what two long names have in common is how they begin. */
const KindName = ({ kind }: { kind: string }) => (
  <span className="font-medium wrap-anywhere">{kind.split(/(?<=[a-z])(?=[A-Z])/).map((word, at) => <Fragment key={at}>{at > 0 && <wbr />}<Inert text={word} /></Fragment>)}</span>
)

export function KindList({ kinds }: { kinds: readonly Kind[] }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-0.5 p-2">
      {kinds.map((kind) => (
        <li key={gvrOf(kind)}>
          <Link to="/r/$gvr" params={{ gvr: gvrOf(kind) }} search={({ c, n }) => ({ c, n })} className="touch grid min-h-8 content-center rounded-md px-2.5 py-1 text-sm hover:bg-hover">
            <span className="min-w-0">
              <KindName kind={kind.kind} />
              {kind.short_names[0] !== undefined && <> <Inert text={kind.short_names[0]} className="font-mono text-xs text-ink-3" /></>}
            </span>
            {!kind.namespaced && <span className="text-xs text-ink-3"><Trans>cluster-wide</Trans></span>}
          </Link>
        </li>
      ))}
    </ul>
  )
}
