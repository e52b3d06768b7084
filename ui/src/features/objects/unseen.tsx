// What could not be read, when that is many things: one line, unfolded on demand. Few are a chip each, as on other pages.
import { Plural } from '@lingui/react/macro'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Partial } from '@/ui/states/states'
import type { Failure } from '@/ui/states/state'

const CHIPS_MAX = 2

export function Unseen({ failures }: { failures: readonly Failure[] }) {
  if (failures.length <= CHIPS_MAX) return <Partial failures={failures} />
  return (
    <details className="text-sm text-warn">
      <summary className="inline-flex items-center gap-1.5 rounded bg-warn-soft px-2 py-0.5 text-xs font-medium">
        <Icon name="warning" size={12} />
        <Plural value={failures.length} one="# part could not be read" other="# parts could not be read" />
        <Icon name="down" size={10} />
      </summary>
      <ul className="mt-1.5 grid gap-1 text-xs text-ink-2">
        {failures.map(({ name, why }) => <li key={`${name} ${why}`} className="break-words"><Inert text={name} className="font-medium text-ink" />: <Inert text={why} /></li>)}
      </ul>
    </details>
  )
}
