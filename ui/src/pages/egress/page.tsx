// What leaves this host: to whom, what is masked before, and every request that went out or was refused. It shows the gate as it
// is; it is opened and closed by the operator's commands, not here.
import './words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { egressQuery, type Egress } from '@/api/egress'
import { Card } from '@/ui/card'
import { PageFrame, Read } from '@/ui/states/page'
import { Destinations } from './destinations'
import { Log } from './log'
import { Masking } from './masking'

const route = getRouteApi('/egress')

export default function EgressPage() {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const egress = useQuery(egressQuery)
  return (
    <PageFrame title={t`What leaves`} lead={<Lead egress={egress.data} />} read={egress}>
      <Card title={<Trans>To whom</Trans>}>
        <Read query={egress} lines={8} isEmpty={({ items, found }) => items.length === 0 && found === null} emptyFirst={{ title: <Trans>No way out</Trans>, text: <Trans>No component asks for anything outside, and nothing is bound.</Trans>, isWell: true }} clearFilter={null}>
          {(told) => <Destinations egress={told} />}
        </Read>
      </Card>
      {/* What stands below comes when it is known how much stands above: nothing moves. */}
      {!egress.isPending && (
        <>
          <Masking />
          <Log search={search} onSearch={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false })} />
        </>
      )}
    </PageFrame>
  )
}

/** The truth in one line; its place is kept until the host has said it. */
function Lead({ egress }: { egress: Egress | undefined }) {
  if (egress === undefined) return '\u00a0'
  if (egress.air_gapped) return <Trans>Air-gapped: nothing leaves this host but what goes to its clusters.</Trans>
  const open = egress.items.filter(({ bound }) => bound !== null)
  const outside = open.filter(({ bound }) => bound?.internal === false).map(({ destination }) => destination).join(', ')
  if (open.length === 0) return <Trans>Nothing leaves this host but what goes to its clusters: every destination is closed.</Trans>
  if (outside === '') return <Trans>Open to destinations inside only: this machine, a private network or a cluster.</Trans>
  return <Trans>What people ask can reach {outside}.</Trans>
}
