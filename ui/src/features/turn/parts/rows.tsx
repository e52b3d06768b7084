// Rows under titles, as kubectl prints them; where there is little room each row is a line of its name and its other cells
// below it, so that nothing is beyond the edge. In the transcript the first few; beside, a page at a time, because an answer
// holds up to a thousand. It sorts and filters nothing: a list to work with is on the resource's page.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { Button } from '@/ui/button'
import { cx } from '@/ui/cx'
import { BRIEF_ROWS } from './view'
import { Omitted } from './frame'

const PAGE_ROWS = 100
const NAME = 'NAME'
const SMALL = '@max-[32rem]:min-w-0 @max-[32rem]:p-0 @max-[32rem]:break-words'
const SMALL_NAME = '@max-[32rem]:order-first @max-[32rem]:basis-full'
const SMALL_REST = '@max-[32rem]:text-ink-2 @max-[32rem]:before:mr-1 @max-[32rem]:before:text-ink-3 @max-[32rem]:before:content-[attr(data-title)]'

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
  const nameAt = Math.max(0, columns.indexOf(NAME))
  return (
    <>
      <div tabIndex={0} role="region" aria-label={label} className="@container min-w-0 overflow-x-auto">
        {/* The roles are said because a table that is shown as blocks is none to a screen reader. */}
        <table role="table" className="w-full border-collapse text-left text-xs @max-[32rem]:block">
          <thead role="rowgroup" className="@max-[32rem]:sr-only">
            <tr role="row" className="text-ink-3">{columns.map((title, at) => <th key={at} role="columnheader" scope="col" className="border-b border-line px-3 py-1.5 font-medium whitespace-nowrap">{title}</th>)}</tr>
          </thead>
          <tbody role="rowgroup" className="@max-[32rem]:block">
            {visible.map((cells, row) => (
              <tr key={row} role="row" className="align-top hover:bg-hover @max-[32rem]:flex @max-[32rem]:flex-wrap @max-[32rem]:gap-x-3 @max-[32rem]:border-b @max-[32rem]:border-line @max-[32rem]:px-3 @max-[32rem]:py-1.5 @max-[32rem]:last:border-0">
                {cells.map((cell, at) => <td key={at} role="cell" data-title={columns[at]} className={cx('px-3 py-1 tabular-nums @min-[32rem]:whitespace-nowrap', SMALL, at === nameAt ? SMALL_NAME : SMALL_REST)}>{cell}</td>)}
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
