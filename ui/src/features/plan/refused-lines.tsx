// The kubectl lines of a plan that policy refused. They would do what was refused, with the same permissions and past the
// policy: so they are folded, and said to be that.
import { Trans } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { Chip } from '@/ui/chip'

export function RefusedLines({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="text-ink-2"><Chip tone="bad"><Trans>policy refused this</Trans></Chip> <Trans>These lines would do it all the same, past the policy.</Trans></p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit text-ink-2 hover:text-ink"><Trans>Show the lines</Trans></summary>
        {open && <div className="grid gap-2 pt-1.5">{children}</div>}
      </details>
    </div>
  )
}
