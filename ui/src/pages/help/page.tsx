// Keys, and what the doctor says. The support bundle comes with the page's own work.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { doctorQuery } from '@/api/queries'
import { FirstSteps } from '@/pages/home/first-steps'
import { KeyList } from '@/shell/keys'
import { Card, CardNote } from '@/ui/card'
import { PageFrame, Read } from '@/ui/states/page'

export default function Help() {
  const { t } = useLingui()
  const query = useQuery(doctorQuery)
  return (
    <PageFrame title={t`Help`}>
      <Card title={<Trans>Keys</Trans>}><CardNote><KeyList /></CardNote></Card>
      <Read query={query} isEmpty={({ checks }) => checks.length === 0} emptyFirst={{ title: <Trans>No checks</Trans>, text: <Trans>The host has nothing to examine.</Trans> }} clearFilter={null}>
        {(doctor) => <FirstSteps doctor={doctor} />}
      </Read>
    </PageFrame>
  )
}
