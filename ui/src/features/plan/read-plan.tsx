// A plan's reading, framed while there is nothing of it to frame, so that the states look the same in a card and on a page.
import type { ReactNode } from 'react'
import type { Plan } from '@/api/types'
import { cx } from '@/ui/cx'
import { Read } from '@/ui/states/page'
import type { Asked } from '@/ui/states/state'
import { Stale } from '@/ui/states/states'

interface ReadPlanProps {
  query: Asked<Plan>
  lines: number
  children: (plan: Plan) => ReactNode
}

export function ReadPlan({ query, lines, children }: ReadPlanProps) {
  return (
    <div className={cx('min-w-0', query.data === undefined && 'rounded-lg border border-line bg-surface')}>
      {query.data !== undefined && query.error != null && <div className="mb-2"><Stale since={null} /></div>}
      <Read query={query} isEmpty={() => false} emptyFirst={{ title: null, text: null }} clearFilter={null} lines={lines}>{children}</Read>
    </div>
  )
}
