// Which fields of an edit another manager holds, who that is, and what one can do: leave a field to it, or go on to the plan,
// knowing that it may be put back. Nothing takes a field away by force: the host doesn't.
import { Plural, Trans } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { Button } from '@/ui/button'
import { Inert } from '@/ui/inert'
import type { FieldOwner } from './field-owners'

interface FieldOwnersProps {
  owners: readonly FieldOwner[]
  /** Takes back the edit of one field; null where its line is not known. */
  leaveOf: (field: string) => (() => void) | null
}

export function OwnersList({ owners, leaveOf }: FieldOwnersProps) {
  return (
    <ul className="grid gap-1.5">
      {owners.map(({ manager, field, more }) => {
        const leave = leaveOf(field)
        return (
          <li key={`${manager} ${field}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink">
            <span className="min-w-0 break-words"><Trans><Inert text={field} className="font-mono text-xs" /> is held by <Inert text={manager} className="font-medium" /></Trans>{more > 0 && <>, <Plural value={more} one="as is # more field" other="as are # more fields" /></>}</span>
            {leave !== null && <Button onClick={leave}><Trans>Leave it as it was</Trans></Button>}
          </li>
        )
      })}
    </ul>
  )
}

/** The plan is made; whether it is looked at is asked first. */
export function HeldElsewhere({ owners, leaveOf, onGoOn, onStay }: FieldOwnersProps & { onGoOn: () => void; onStay: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  // Whoever checked by a key is in the editor, which may fill the screen.
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} role="alert" tabIndex={-1} className="grid gap-2 rounded-md border border-line bg-warn-soft px-3 py-2">
      <p className="text-sm text-warn"><Trans>Another field manager applies what you changed too. You can change it all the same; it is put back when that manager applies again. To make it last, change it where that manager takes it from.</Trans></p>
      <OwnersList owners={owners} leaveOf={leaveOf} />
      <p className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={onGoOn}><Trans>Go on to the plan</Trans></Button>
        <Button onClick={onStay}><Trans>Keep editing</Trans></Button>
      </p>
    </div>
  )
}

/** A write that was refused because it would take fields from their manager. */
export function FieldConflict({ owners, leaveOf }: FieldOwnersProps) {
  if (owners.length === 0) return null
  return (
    <div className="grid gap-2 rounded-md border border-line px-3 py-2">
      <p className="text-sm text-ink-2"><Trans>Fields are not taken from another manager by force. Leave them as they were, or change them where that manager takes them from.</Trans></p>
      <OwnersList owners={owners} leaveOf={leaveOf} />
    </div>
  )
}
