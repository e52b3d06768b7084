// The synchronised context: what the conversation talks about, beside it or, where there is no room, as a sheet above it.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { Beside, type Place } from '@/features/turn'
import { IconButton } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Dialog } from '@/ui/dialog'
import type { Side } from './search'

const COLUMN = 'w-[min(32rem,30vw)] shrink-0'

interface ContextProps {
  turns: readonly Turn[]
  /** What is open; null where nothing is. */
  place: Place | null
  wide: boolean
  /** What was said is still being read, and something of it will be open. */
  isComing: boolean
  side: Side
  onSide: (side: Side) => void
  onClose: () => void
}

export function Context({ turns, place, wide, isComing, side, onSide, onClose }: ContextProps) {
  const { t } = useLingui()
  const content = place && <Beside turns={turns} place={place} side={side} onSide={onSide} />
  if (!wide) return <Dialog open={place !== null} title={t`What this is about`} onClose={onClose}><div className="-m-4">{content}</div></Dialog>
  // Its place is kept from the beginning, so that the conversation doesn't move aside for it.
  if (place === null) return isComing ? <div className={cx(COLUMN, 'border-l border-line bg-surface')} /> : null
  return (
    <aside aria-label={t`What this is about`} className={cx(COLUMN, 'sticky top-13 h-[calc(100dvh-3.25rem)] overflow-y-auto border-l border-line bg-surface')}>
      <header className="sticky top-0 z-10 flex min-h-11 items-center justify-between border-b border-line bg-surface pr-1 pl-3">
        <h2 className="text-sm font-semibold"><Trans>What this is about</Trans></h2>
        <IconButton icon="cross" label={t`Close`} onClick={onClose} />
      </header>
      {content}
    </aside>
  )
}
