// Home: what needs you, what is broken now, recent plans, and sentences that fit the scope. Until the host is well, the
// first steps come before them. It changes nothing; it leads there.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { keys } from '@/api/keys'
import { doctorQuery, plansQuery } from '@/api/queries'
import { useScope } from '@/shell/use-scope'
import { PageFrame } from '@/ui/states/page'
import { BrokenNow } from './broken-now'
import { FirstSteps } from './first-steps'
import { NeedsYou } from './needs-you'
import { RecentPlans } from './recent-plans'
import { Sentences } from './sentences'

export default function Home() {
  const { t } = useLingui()
  const scope = useScope()
  const doctor = useQuery(doctorQuery).data
  const client = useQueryClient()
  const wasAtFault = useRef(false)
  useEffect(() => {
    // What could not be read while something was at fault is read once that is mended.
    if (doctor?.ok === true && wasAtFault.current) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.doctor[0] })
    wasAtFault.current = doctor?.ok === false
  }, [client, doctor?.ok])
  // Who has made no plan yet is new here.
  const plans = useInfiniteQuery(plansQuery(undefined, scope.cluster)).data
  const isNew = plans !== undefined && plans.pages.every(({ items }) => items.length === 0)
  return (
    <PageFrame title={t`Home`}>
      {doctor && (isNew || !doctor.ok) && <FirstSteps doctor={doctor} />}
      {/* One column on a phone, with what needs one first; two from there on. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="contents min-w-0 gap-4 lg:grid">
          <div className="min-w-0 max-lg:order-2"><BrokenNow scope={scope} /></div>
          <div className="min-w-0 max-lg:order-3"><RecentPlans cluster={scope.cluster} /></div>
        </div>
        <div className="contents min-w-0 gap-4 lg:grid">
          <div className="min-w-0 max-lg:order-1"><NeedsYou /></div>
          <div className="min-w-0 max-lg:order-4"><Sentences namespace={scope.namespace} /></div>
        </div>
      </div>
    </PageFrame>
  )
}
