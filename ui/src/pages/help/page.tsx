// Help: the keys, what the doctor found with fixes to copy, and the support bundle, whose contents are shown before it is made.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { doctorQuery, versionQuery } from '@/api/queries'
import { KeyList } from '@/shell/key-list'
import { Button } from '@/ui/button'
import { Card, CardNote } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { PageFrame, Read } from '@/ui/states/page'
import { useIsNarrow } from '@/ui/use-media'
import { Bundle } from './bundle'
import { Checks } from './checks'

export default function Help() {
  const { t } = useLingui()
  const doctor = useQuery(doctorQuery)
  const version = useQuery(versionQuery).data
  // Two of the checks of a host and its cluster take two lines on a phone.
  const checkLines = useIsNarrow() ? 9 : 7
  return (
    <PageFrame title={t`Help`} lead={version ? <Trans>Kubechat <Inert text={version.version} /></Trans> : '\u00a0'}>
      <Card title={<Trans>Doctor</Trans>} aside={<Button kind="quiet" icon="refresh" disabled={doctor.isFetching} onClick={() => void doctor.refetch()}><Trans>Examine again</Trans></Button>}>
        <Read query={doctor} isEmpty={({ checks }) => checks.length === 0} emptyFirst={{ title: <Trans>No checks</Trans>, text: <Trans>The host has nothing to examine.</Trans> }} clearFilter={null} lines={checkLines}>
          {({ checks }) => <Checks checks={checks} />}
        </Read>
      </Card>
      <Card title={<Trans>Keys</Trans>}>
        <CardNote><KeyList /></CardNote>
      </Card>
      <Bundle />
    </PageFrame>
  )
}
