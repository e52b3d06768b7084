// One's own conversations as a list, newest first; the column at the left of a conversation and the page of all share it.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { threadsQuery } from '@/api/queries'
import { BeginQuestion } from '@/features/begin/begin'
import { Button } from '@/ui/button'
import { Read } from '@/ui/states/page'
import { ThreadLink } from './thread-link'
import { ThreadMenu } from './thread-menu'

export function Threads({ shown }: { shown?: string }) {
  const query = useInfiniteQuery(threadsQuery)
  return (
    <Read
      query={query}
      lines={8}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
      emptyFirst={{ title: <Trans>No conversations yet</Trans>, text: <Trans>Ask something in the prompt; it begins one.</Trans>, action: <BeginQuestion /> }}
      clearFilter={null}
    >
      {({ pages }) => (
        <>
          <ul className="grid gap-0.5 p-1.5">
            {pages.flatMap(({ items }) => items).map((thread) => (
              <li key={thread.id} className="flex min-w-0 items-center gap-1">
                <ThreadLink thread={thread} />
                <ThreadMenu thread={thread} isShown={thread.id === shown} />
              </li>
            ))}
          </ul>
          {query.hasNextPage && <div className="p-2"><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
        </>
      )}
    </Read>
  )
}
