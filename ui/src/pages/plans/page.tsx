// One plan: for now its steps and its state, live. Deciding and running it come with the page's own work.
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { planQuery } from '@/api/queries'
import { CardList, CardRow } from '@/ui/card'
import { Command } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { Page } from '@/ui/states/page'
import { RiskLevel, StateWord } from '@/ui/words'

const route = getRouteApi('/plans/$id')

export default function PlanPage() {
  const { t } = useLingui()
  const { id } = route.useParams()
  // Kept up by the stream: every plan it tells of goes into the cache.
  const query = useQuery(planQuery(id))
  const plan = query.data
  return (
    <Page
      title={t`Plan`}
      lead={plan && <span className="inline-flex flex-wrap items-center gap-3"><StateWord state={plan.state} />{plan.risk && <RiskLevel level={plan.risk.level} />}</span>}
      query={query}
      isEmpty={({ steps }) => steps.length === 0}
      emptyFirst={{ title: <Trans>No steps</Trans>, text: <Trans>This plan changes nothing.</Trans> }}
      clearFilter={null}
      failures={({ parts }) => parts.flatMap(({ unseen }) => unseen.map(({ what, why }) => ({ name: what, why })))}
    >
      {({ steps }) => <CardList>{steps.map((step) => <CardRow key={step.index}><div className="grid gap-2"><p className="text-sm"><Inert text={step.sentence} /></p><Command text={step.kubectl} /></div></CardRow>)}</CardList>}
    </Page>
  )
}
