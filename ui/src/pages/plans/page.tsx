// One plan: the heading is what it does; everything else is the plan's own view, shared with whoever shows plans.
import '@/features/plan/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { planQuery } from '@/api/queries'
import { Places, PlanView, planTitle } from '@/features/plan'
import { PageFrame } from '@/ui/states/page'

const route = getRouteApi('/plans/$id')

export default function PlanPage() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const plan = useQuery(planQuery(id)).data
  return (
    <PageFrame title={plan ? planTitle(plan) : t`Plan`} lead={plan ? <Places plan={plan} /> : '\u00a0'}>
      <PlanView id={id} />
    </PageFrame>
  )
}
