// The filter of a grid: text, at once, and labels, when they are entered: a selector that is half typed is none.
import { useLingui } from '@lingui/react/macro'
import { useState, type KeyboardEvent } from 'react'
import { Input } from '@/ui/field'
import { FilterBox } from './filter-box'

export const FILTER_ID = 'grid-filter'

interface FilterBarProps {
  q: string
  onQ: (q: string) => void
  labels: string
  onLabels: (labels: string) => void
  /** Leaves the field for the rows. */
  onLeave: () => void
}

export function FilterBar({ q, onQ, labels, onLabels, onLeave }: FilterBarProps) {
  const { t } = useLingui()
  const [selector, setSelector] = useState(labels)
  const [known, setKnown] = useState(labels)
  if (labels !== known) {
    setKnown(labels)
    setSelector(labels)
  }
  const enter = () => { if (selector.trim() !== labels) onLabels(selector.trim()) }
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    if (event.key === 'Escape' && q !== '') onQ('')
    else onLeave()
  }
  return (
    <>
      <div className="min-w-0 grow basis-40 sm:max-w-72"><FilterBox id={FILTER_ID} label={t`Filter`} q={q} onQ={onQ} onKeyDown={leave} /></div>
      <form className="min-w-0 grow basis-32 sm:max-w-60" onSubmit={(event) => { event.preventDefault(); enter() }}>
        <Input aria-label={t`Labels`} placeholder={t`Labels: app=web`} autoComplete="off" spellCheck={false} value={selector} onChange={(event) => setSelector(event.target.value)} onBlur={enter} />
      </form>
    </>
  )
}
