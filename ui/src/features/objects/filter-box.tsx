// A text filter: a field with a glass, and a cross once something stands in it.
import { useLingui } from '@lingui/react/macro'
import type { KeyboardEvent } from 'react'
import { IconButton } from '@/ui/button'
import { Input } from '@/ui/field'
import { Icon } from '@/ui/icon'

interface FilterBoxProps {
  label: string
  q: string
  onQ: (q: string) => void
  id?: string
  autoFocus?: boolean
  onKeyDown?: (event: KeyboardEvent) => void
}

export function FilterBox({ label, q, onQ, ...rest }: FilterBoxProps) {
  const { t } = useLingui()
  return (
    <div className="relative">
      <span className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3"><Icon name="search" size={14} /></span>
      <Input {...rest} aria-label={label} placeholder={label} autoComplete="off" spellCheck={false} className="pr-8 pl-8 pointer-coarse:pr-11" value={q} onChange={(event) => onQ(event.target.value)} />
      {q !== '' && <IconButton icon="cross" label={t`Clear the filter`} className="absolute top-0 right-0" onClick={() => onQ('')} />}
    </div>
  )
}
