// One's own conversations, newest first.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { threadsQuery } from '@/api/queries'
import { Button } from '@/ui/button'
import { CardList, CardRow } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { Page } from '@/ui/states/page'
import { Time } from '@/ui/time'

export default function Chats() {
  const { t } = useLingui()
  const query = useInfiniteQuery(threadsQuery)
  return (
    <Page
      title={t`Chat`}
      query={query}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
      emptyFirst={{ title: <Trans>No conversations yet</Trans>, text: <Trans>Ask something in the bar above; it begins one.</Trans> }}
      clearFilter={null}
    >
      {({ pages }) => (
        <>
          <CardList>
            {pages.flatMap(({ items }) => items).map((thread) => (
              <CardRow key={thread.id}>
                <Link to="/chat/$id" params={{ id: thread.id }} className="flex flex-wrap items-baseline justify-between gap-x-4 hover:text-accent">
                  <Inert text={thread.title || thread.id} className="min-w-0 truncate text-sm" />
                  <span className="flex gap-3 text-xs text-ink-3"><Inert text={[thread.cluster, thread.namespace].filter(Boolean).join(' / ')} /><Time at={thread.created_at} /></span>
                </Link>
              </CardRow>
            ))}
          </CardList>
          {query.hasNextPage && <div className="border-t border-line p-3"><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
        </>
      )}
    </Page>
  )
}
