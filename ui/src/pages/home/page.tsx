// Home: what needs you, what is broken now, recent plans, and sentences that fit the scope. Until the host is well, the
// first steps come before them. A card waits for what is read above it, and all of them for whether the first steps stand
// there, so that nothing is pushed down under somebody's finger; what changes later moves it all the same. It changes
// nothing; it leads there.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { keys } from '@/api/keys'
import { doctorQuery, plansQuery } from '@/api/queries'
import { useScope } from '@/shell/use-scope'
import { cx } from '@/ui/cx'
import { PageFrame } from '@/ui/states/page'
import { BrokenNow } from './broken-now'
import { FirstSteps } from './first-steps'
import { NeedsYou, useWaiting } from './needs-you'
import { RecentPlans } from './recent-plans'
import { Sentences } from './sentences'
import { useDecided } from './use-decided'
import { useFindings } from './use-findings'

export default function Home() {
  const { t } = useLingui()
  const scope = useScope()
  const { data: doctor, isPending: isExamining } = useQuery(doctorQuery)
  const client = useQueryClient()
  const wasAtFault = useRef(false)
  useEffect(() => {
    // What could not be read while something was at fault is read once that is mended.
    if (doctor?.ok === true && wasAtFault.current) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.doctor[0] })
    wasAtFault.current = doctor?.ok === false
  }, [client, doctor?.ok])
  // Who has made no plan yet is new here.
  const plans = useInfiniteQuery(plansQuery(undefined, scope.cluster))
  const isNew = plans.data !== undefined && plans.data.pages.every(({ items }) => items.length === 0)
  const isDecided = useDecided(!isExamining && !plans.isPending)
  const waiting = useWaiting()
  const findings = useFindings(scope)
  // The slowest of several clusters is waited for as long as the doctor is.
  const isLooking = !useDecided(!findings.isLooking) || findings.isPending
  /** The first width is a phone's, of one column. */
  const after = (phone: boolean, wide: boolean) => cx('min-w-0', phone && 'max-lg:hidden', wide && 'lg:hidden')
  return (
    <PageFrame title={t`Home`}>
      {doctor && (isNew || !doctor.ok) && <FirstSteps doctor={doctor} />}
      {/* One column on a phone, with what needs one first; two from there on. */}
      <div className={cx('grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]', !isDecided && 'invisible')}>
        <div className="contents min-w-0 gap-4 lg:grid">
          <div className={cx('max-lg:order-2', after(waiting.isPending, false))}><BrokenNow query={findings} /></div>
          <div className={cx('max-lg:order-3', after(waiting.isPending || isLooking, isLooking))}><RecentPlans cluster={scope.cluster} /></div>
        </div>
        <div className="contents min-w-0 gap-4 lg:grid">
          <div className="min-w-0 max-lg:order-1"><NeedsYou query={waiting} /></div>
          <div className={cx('max-lg:order-4', after(waiting.isPending || isLooking || plans.isPending, waiting.isPending))}><Sentences namespace={scope.namespace} /></div>
        </div>
      </div>
    </PageFrame>
  )
}
