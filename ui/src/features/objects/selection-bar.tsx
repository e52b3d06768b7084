// What may be planned for the selected rows. It stands below the grid, so that no row moves when it comes.
import { Plural, Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import { Button } from '@/ui/button'
import { PlanActions } from './plan-actions'

interface SelectionBarProps {
  gvr: string
  objects: readonly ObjectAt[]
  verbs?: readonly string[]
  onClear: () => void
}

export function SelectionBar({ gvr, objects, verbs, onClear }: SelectionBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-3 py-2">
      <p role="status" className="mr-2 text-sm font-medium"><Plural value={objects.length} one="# selected" other="# selected" /></p>
      <span className="text-xs text-ink-3 max-sm:hidden"><Trans>Make a plan to</Trans></span>
      <PlanActions gvr={gvr} objects={objects} verbs={verbs} />
      <Button kind="quiet" className="ml-auto" onClick={onClear}><Trans>Clear the selection</Trans></Button>
    </div>
  )
}
