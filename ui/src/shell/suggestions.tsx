// What opens at the prompt: what can stand next, and beyond it, as seen from the field, what the sentence would do, so that its
// coming and going moves no suggestion. What is chosen is the prompt's state.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Completion } from '@/api/types'
import type { ReactNode } from 'react'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { isMeant, type Meant } from './palette'

interface SuggestionsProps {
  id: string
  items: readonly (Completion['suggestions'][number] | Meant)[]
  omitted: number
  chosen: number
  above: boolean
  onTake: (index: number) => void
  preview: ReactNode
  /** Of which cluster it is asked, where that has to be told; said as long as something stands in the field. */
  of: ReactNode
  isTyped: boolean
}

export function Suggestions({ id, items, omitted, chosen, above, onTake, preview, of, isTyped }: SuggestionsProps) {
  const { t } = useLingui()
  return (
    <div hidden={items.length === 0 && preview === null && (of === null || !isTyped)} className={cx('absolute right-0 left-0 z-30 flex overflow-hidden rounded-lg border border-line-strong bg-surface shadow-2xl', above ? 'bottom-full mb-1 flex-col-reverse' : 'top-full mt-1 flex-col')}>
      <div hidden={items.length === 0}>
        <ul id={id} role="listbox" aria-label={t`Suggestions`} className="max-h-80 overflow-y-auto p-1">
          {items.map((item, index) => (
            <li
              key={`${item.kind} ${item.kind === 'thread' ? item.id : item.text}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              // Before the field loses the focus.
              onMouseDown={(event) => { event.preventDefault(); onTake(index) }}
              className={cx('flex items-baseline justify-between gap-4 rounded px-2.5 py-1.5', index === chosen ? 'bg-accent-soft' : 'hover:bg-hover', item.kind !== 'hint' && 'cursor-pointer')}
            >
              {isMeant(item) ? <span className="min-w-0 truncate text-sm"><Said meant={item} /></span>
                : <Inert text={item.text} short className={item.kind === 'hint' ? 'text-ink-3 italic' : 'font-mono text-sm'} />}
              {item.detail && <Inert text={item.detail} short className="text-xs text-ink-3" />}
            </li>
          ))}
        </ul>
        <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">
          {omitted > 0 ? <Trans>Tab completes, Enter sends. {omitted} more not shown.</Trans> : <Trans>Tab completes, Enter sends.</Trans>}
        </p>
      </div>
      {of !== null && <div onMouseDown={(event) => event.preventDefault()} className={cx('border-line', items.length > 0 && (above ? 'border-b' : 'border-t'))}>{of}</div>}
      {preview !== null && <div onMouseDown={(event) => event.preventDefault()} className={cx('border-line', items.length > 0 && (above ? 'border-b' : 'border-t'))}>{preview}</div>}
    </div>
  )
}

function Said({ meant }: { meant: Meant }) {
  if (meant.kind === 'place') return <Trans>Go to {meant.text}</Trans>
  if (meant.kind === 'cluster') return <Trans>Look at cluster <Inert text={meant.text} short /></Trans>
  return meant.kind === 'thread' ? <Trans>Open “<Inert text={meant.text} short />”</Trans> : meant.text
}
