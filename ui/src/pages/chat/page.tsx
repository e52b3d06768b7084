// A conversation: its transcript, the prompt that continues it, what it is about beside it, the other conversations at the
// left. What is open beside stands in the URL. The page sends sentences; it decides and runs nothing. Somebody else's, shared with
// whoever may read what it read, is read only.
import '@/features/plan/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useMemo, useRef } from 'react'
import { keys } from '@/api/keys'
import { useSendPrompt } from '@/api/mutations'
import { toProblem } from '@/api/problem'
import { threadQuery } from '@/api/queries'
import { newestPlace, placeText, readPlace, TalkContext, useSpoken, useTurns, type Place, type Talk } from '@/features/turn'
import { putWords } from '@/shell/prompt-words'
import { toast } from '@/shell/toasts'
import { useStreamState } from '@/stream/react'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { staleOf } from '@/ui/states/state'
import { Stale } from '@/ui/states/states'
import { Composer } from './composer'
import { Context } from './context'
import { CLOSED, type ChatSearch } from './search'
import { ThreadMenu } from './thread-menu'
import { useThreadTitle } from './thread-link'
import { Threads } from './threads'
import { Transcript } from './transcript'
import { useReading } from './use-reading'
import { useWide } from './use-wide'

const route = getRouteApi('/chat/$id')
/** There is no such conversation, or it is not for this person. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['not-found', 'forbidden', 'cluster-forbidden'])

export default function Chat() {
  const { id } = route.useParams()
  return <Conversation key={id} id={id} />
}

function Conversation({ id }: { id: string }) {
  const { t } = useLingui()
  const { at, see } = route.useSearch()
  const navigate = useNavigate()
  const wide = useWide()
  const thread = useQuery(threadQuery(id))
  const isRead = thread.data?.own === false
  const query = useTurns(id, isRead)
  const isRefused = query.error !== null && NOT_SHOWN.has(toProblem(query.error).code)
  const client = useQueryClient()
  // What may not be seen any more is not kept on the screen as old.
  useEffect(() => {
    if (isRefused && query.data !== undefined) for (const queryKey of [keys.thread(id), keys.turns(id)]) void client.resetQueries({ queryKey })
  }, [client, id, isRefused, query.data])
  const turns = useMemo(() => query.data?.items ?? [], [query.data])
  const send = useSendPrompt()
  const stream = useStreamState()
  const stale = staleOf(query, stream)
  const titleOf = useThreadTitle()
  const title = thread.data ? titleOf(thread.data) : t`Conversation`
  useEffect(() => { document.title = `${title} · Kubechat` }, [title])

  const asked = readPlace(at)
  const open: Place | null = at === CLOSED ? null : (asked ?? (wide ? newestPlace(turns) : null))
  const transcript = useRef<HTMLDivElement>(null)
  const { below, goDown } = useReading(transcript, turns, asked)
  const spoken = useSpoken(query.data?.items)

  const look = (next: ChatSearch) => void navigate({ from: '/chat/$id', search: (before) => ({ c: before.c, n: before.n, ...next }), replace: true, resetScroll: false })
  const talk: Talk = {
    open,
    show: (place) => look(open !== null && placeText(open) === placeText(place) ? { at: CLOSED } : { at: placeText(place) }),
    refer: (reference) => {
      // A sheet covers the prompt.
      if (!wide && open !== null) look({ at: CLOSED })
      setTimeout(() => putWords({ text: reference, how: 'insert' }))
    },
    edit: (sentence) => putWords({ text: sentence, how: 'replace' }),
    say: (sentence) => send.mutate({ sentence, thread: id }, { onSuccess: () => look({}), onError: ({ detail, hint }) => toast({ tone: 'bad', text: detail, hint }) }),
    saying: send.isPending,
    readOnly: isRead,
    cluster: thread.data?.cluster ?? '',
  }
  return (
    <TalkContext value={talk}>
      <div className="flex min-h-[calc(100dvh-7.3125rem)] md:min-h-[calc(100dvh-3.25rem)]">
        <aside aria-label={t`Conversations`} className="sticky top-13 h-[calc(100dvh-3.25rem)] w-52 shrink-0 overflow-y-auto border-r border-line max-xl:hidden"><Threads shown={id} /></aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="sticky top-13 z-10 flex min-h-11 items-center gap-2 border-b border-line bg-bg px-4">
            <Link to="/chat" search={(before) => ({ c: before.c, n: before.n })} aria-label={t`All conversations`} title={t`All conversations`} className="touch -ml-2 flex size-8 shrink-0 rotate-180 items-center justify-center rounded-md text-ink-3 hover:bg-hover xl:hidden"><Icon name="right" /></Link>
            <h1 className="min-w-0 flex-1 truncate text-base font-semibold"><Inert text={title} short /></h1>
            {thread.data?.shared && !isRead && <Chip><Trans>Shared</Trans></Chip>}
            {thread.data && !isRead && <ThreadMenu thread={thread.data} isShown />}
          </header>
          {stale && <div className="px-4 pt-3"><Stale since={stale.since} /></div>}
          <div ref={transcript} className="min-w-0 flex-1">
            <Read
              query={query}
              lines={6}
              isEmpty={({ items }) => items.length === 0}
              emptyFirst={{ title: <Trans>Nothing was said yet</Trans>, text: <Trans>Ask something in the prompt below.</Trans> }}
              clearFilter={null}
            >
              {({ items }) => <Transcript turns={items} />}
            </Read>
          </div>
          <Composer id={id} lost={query.data === undefined && isRefused} thread={thread.data} below={below} onDown={goDown} />
        </div>
        <Context turns={turns} place={open} wide={wide} isComing={query.isPending && at !== CLOSED} side={see ?? 'said'} onSide={(side) => look({ at: open === null ? CLOSED : placeText(open), see: side })} onClose={() => look({ at: CLOSED })} />
      </div>
      <p role="status" className="sr-only">{spoken && <span key={spoken.id}>{spoken.words || t`The answer is there.`}</span>}</p>
    </TalkContext>
  )
}
