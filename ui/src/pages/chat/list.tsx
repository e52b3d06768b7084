// All of one's own conversations, and sentences to begin one with. The prompt in the header begins one as well.
import { Trans, useLingui } from '@lingui/react/macro'
import { Sentences } from '@/pages/home/sentences'
import { useScope } from '@/shell/use-scope'
import { Card } from '@/ui/card'
import { PageFrame } from '@/ui/states/page'
import { Threads } from './threads'

export default function Chats() {
  const { t } = useLingui()
  const { namespace } = useScope()
  return (
    <PageFrame title={t`Chat`} lead={<Trans>A conversation goes on where you left it. Only you see yours, unless you share it.</Trans>}>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Card title={<Trans>Conversations</Trans>}><Threads /></Card>
        <div className="max-lg:order-first"><Sentences namespace={namespace} /></div>
      </div>
    </PageFrame>
  )
}
