// To whom: every destination that is bound or that a component names, and a server on this machine that waits to be bound.
import { Trans } from '@lingui/react/macro'
import type { Egress } from '@/api/egress'
import { Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Counts } from './counts'
import { DestinationRow } from './destination'

export function Destinations({ egress }: { egress: Egress }) {
  const open = egress.items.filter(({ bound }) => bound !== null)
  const closed = egress.items.filter(({ bound }) => bound === null)
  return (
    <>
      {egress.found !== null && <Found found={egress.found} />}
      <ul className="divide-y divide-line">
        {[...open, ...closed].map((each) => <li key={each.destination} className="px-4 py-4"><DestinationRow destination={each} airGapped={egress.air_gapped} isFound={egress.found?.destination === each.destination} /></li>)}
      </ul>
      {egress.unbound.requests > 0 && (
        <div className="grid gap-1 border-t border-line px-4 py-3">
          <p className="text-sm text-ink"><Trans>Asked of destinations that are closed; none of it left:</Trans></p>
          <Counts counts={egress.unbound} />
        </div>
      )}
    </>
  )
}

function Found({ found }: { found: NonNullable<Egress['found']> }) {
  return (
    <div className="grid gap-2 border-b border-line bg-accent-soft px-4 py-3 text-sm">
      <p className="flex items-start gap-2 text-ink">
        <span className="mt-0.5 text-accent"><Icon name="search" size={14} /></span>
        <span className="min-w-0"><Trans>Found on this machine: <Inert text={`${found.destination} ${found.version}`} className="font-medium" /> at <Inert text={found.url} />. Nothing is sent to it until you say so:</Trans></span>
      </p>
      <Command text={found.command} />
    </div>
  )
}
