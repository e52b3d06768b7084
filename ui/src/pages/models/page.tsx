// Models: who is asked, in which order, how each stands, where its bytes go and what it used today. The order is the
// configuration file's; this page shows it, tries it and says how it is changed.
import './words'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { modelsQuery } from '@/api/models'
import { buttonClass } from '@/ui/button'
import { Card } from '@/ui/card'
import { PageFrame, Read } from '@/ui/states/page'
import { Kept } from './kept'
import { Order } from './order'
import { ThreeWays } from './ways'

export default function ModelsPage() {
  const { t } = useLingui()
  const models = useQuery(modelsQuery)
  return (
    <PageFrame
      title={t`Models`}
      lead={<Trans>A model makes any sentence understood. Everything it proposes is a plan first.</Trans>}
      actions={<Link to="/egress" search={(before) => ({ c: before.c, n: before.n })} className={buttonClass()}><Trans>What leaves</Trans></Link>}
      read={models}
    >
      <Card title={<Trans>Who is asked</Trans>}>
        <Read
          query={models}
          lines={14}
          isEmpty={({ items }) => items.length === 0}
          emptyFirst={{
            title: <Trans>No model: Kubechat works without one</Trans>,
            text: <Trans>Rules understand the usual sentences, at once and for nothing. A model understands the others. Three ways to one:</Trans>,
            action: <ThreeWays />,
          }}
          clearFilter={null}
        >
          {(told) => <><Order models={told} /><Kept first={told.items[0]} /></>}
        </Read>
      </Card>
    </PageFrame>
  )
}
