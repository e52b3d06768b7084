// Rows under titles, as kubectl prints them. In the transcript the first few; beside, a page at a time, because an answer
// holds up to a thousand. It sorts and filters nothing: a list to work with is on the resource's page.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { Button } from '@/ui/button'
import { BRIEF_ROWS } from './view'
import { Omitted } from './frame'

const PAGE_ROWS = 100

interface RowsProps {
  label: string
  columns: readonly string[]
  rows: readonly (readonly ReactNode[])[]
  brief: boolean
  /** Rows the host itself left out. */
  omitted: number
}

export function Rows({ label, columns, rows, brief, omitted }: RowsProps) {
  const { t } = useLingui()
  const [shown, setShown] = useState(PAGE_ROWS)
  const visible = rows.slice(0, brief ? BRIEF_ROWS : shown)
  const left = rows.length - visible.length
  return (
    <>
      <div tabIndex={0} role="region" aria-label={label} className="min-w-0 overflow-x-auto">
        <table className="w-full border-collapse text-left text-xs">
          <thead>
            <tr className="text-ink-3">{columns.map((title, at) => <th key={at} scope="col" className="border-b border-line px-3 py-1.5 font-medium whitespace-nowrap">{title}</th>)}</tr>
          </thead>
          <tbody>
            {visible.map((cells, row) => (
              <tr key={row} className="align-top hover:bg-hover">
                {cells.map((cell, at) => <td key={at} className="px-3 py-1 whitespace-nowrap tabular-nums">{cell}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {brief || left === 0 ? <Omitted count={left + omitted} /> : (
        <div className="flex items-center gap-2 px-3 py-2">
          <Button onClick={() => setShown(shown + PAGE_ROWS)} aria-label={t`Show more rows`}><Trans>Show more</Trans></Button>
          <Omitted count={left + omitted} />
        </div>
      )}
    </>
  )
}
