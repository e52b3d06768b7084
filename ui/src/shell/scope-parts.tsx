// What both halves of the scope's popover are made of: a heading, and a choice that takes the place of the others.
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'

interface ChoiceProps {
  chosen: boolean
  onChoose: () => void
  children: React.ReactNode
}

/** As one of a list that keys go through. */
interface StopProps {
  tabIndex?: number
  onFocus?: () => void
  'data-stop'?: boolean
}

export function Choice({ chosen, onChoose, children, ...rest }: ChoiceProps & StopProps) {
  return (
    <button {...rest} type="button" aria-pressed={chosen} onClick={onChoose} className={cx('flex min-h-8 w-full items-center gap-2 rounded px-2 text-left text-sm', chosen ? 'bg-accent-soft text-ink' : 'text-ink-2 hover:bg-hover')}>
      <span className="w-4 shrink-0 text-accent">{chosen && <Icon name="check" size={14} />}</span>
      {children}
    </button>
  )
}

export const Heading = ({ children }: { children: React.ReactNode }) => <p className="px-2 pt-2 pb-1 text-xs font-semibold text-ink-3">{children}</p>
