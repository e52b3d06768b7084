// One conversation: for now its sentences and how each ended. Parts, plan cards and the context beside come with the
// page's own work.
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { turnsQuery } from '@/api/queries'
import { useTopic } from '@/stream/react'
import { CardList, CardRow } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { Page } from '@/ui/states/page'
import { StateWord } from '@/ui/words'

const route = getRouteApi('/chat/$id')

export default function Chat() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const query = useQuery(turnsQuery(id))
  const working = query.data?.items.find(({ state }) => state === 'working')
  const read = () => void query.refetch()
  useTopic(working ? `turn:${working.id}` : null, read, read)
  return (
    <Page
      title={t`Conversation`}
      query={query}
      isEmpty={({ items }) => items.length === 0}
      emptyFirst={{ title: <Trans>Nothing was said yet</Trans>, text: <Trans>Ask something in the bar above.</Trans> }}
      clearFilter={null}
    >
      {({ items }) => (
        <CardList>
          {items.map((turn) => (
            <CardRow key={turn.id}>
              <div className="grid gap-1 text-sm">
                <p className="flex flex-wrap items-baseline justify-between gap-3"><Inert text={turn.sentence} className="font-medium" /><StateWord state={turn.state} /></p>
                {turn.parts.map((part, index) => part.text !== undefined && <p key={index} className="text-ink-2"><Inert text={part.text} /></p>)}
              </div>
            </CardRow>
          ))}
        </CardList>
      )}
    </Page>
  )
}
