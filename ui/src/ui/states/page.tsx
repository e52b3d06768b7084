// The frame of every page and of every part that reads by itself. It maps a query to its state, so that a page can forget
// none: what is empty, at first and by a filter, has to be said for it to compile.
import { useEffect, type ReactNode } from 'react'
import { useStreamState } from '@/stream/react'
import { bodyOf, staleOf, type Asked, type Failure, type ReadSoFar } from './state'
import { EmptyFiltered, EmptyFirst, Failed, Forbidden, Loading, Offline, Partial, Stale, type EmptyWords } from './states'

export interface ReadProps<T> {
  query: Asked<T>
  isEmpty: (data: T) => boolean
  emptyFirst: EmptyWords
  /** How to take the page's filter away, or null where it has none set. */
  clearFilter: (() => void) | null
  /** Parts that could not be read. */
  failures?: (data: T) => readonly Failure[]
  lines?: number
  children: (data: T) => ReactNode
}

/** A part of a page that reads: a card's content, a tab's panel. */
export function Read<T>({ query, isEmpty, emptyFirst, clearFilter, failures, lines, children }: ReadProps<T>) {
  const body = bodyOf(query, { isEmpty, filtered: clearFilter !== null })
  const retry = () => void query.refetch()
  switch (body.kind) {
    case 'loading': return <Loading lines={lines} />
    case 'offline': return <Offline onRetry={retry} />
    case 'forbidden': return <Forbidden problem={body.problem} />
    case 'failed': return <Failed problem={body.problem} onRetry={retry} />
    default: {
      const failed = failures?.(body.data) ?? []
      return (
        <>
          {failed.length > 0 && <div className="px-4 py-2"><Partial failures={failed} /></div>}
          {body.kind === 'empty-first' && <EmptyFirst {...emptyFirst} />}
          {body.kind === 'empty-filtered' && <EmptyFiltered onClear={clearFilter ?? retry} />}
          {body.kind === 'ready' && children(body.data)}
        </>
      )
    }
  }
}

const NO_READ: ReadSoFar = { data: undefined, error: null }

interface FrameProps {
  title: string
  /** One line under the heading. */
  lead?: ReactNode
  actions?: ReactNode
  /** The page's read, where it has one: whether that failed over what is shown is said with the stream's state. */
  read?: ReadSoFar
  children: ReactNode
}

/** The heading and the document's title. For pages of several reads; each then is a `Read` in a card. */
export function PageFrame({ title, lead, actions, read = NO_READ, children }: FrameProps) {
  const stream = useStreamState()
  useEffect(() => { document.title = `${title} · Kubechat` }, [title])
  const stale = staleOf(read, stream)
  return (
    <div className="mx-auto grid w-full max-w-[88rem] grid-cols-[minmax(0,1fr)] content-start gap-4 p-4 sm:p-6">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold text-balance">{title}</h1>
          {lead && <p className="mt-0.5 text-sm text-ink-2">{lead}</p>}
        </div>
        {actions && <div className="flex min-w-0 flex-wrap gap-2 max-sm:has-[>[data-filters]]:w-full">{actions}</div>}
      </header>
      {stale && <Stale since={stale.since} />}
      {children}
    </div>
  )
}

/** A page of one read. */
export function Page<T>({ title, lead, actions, ...read }: Omit<FrameProps, 'children' | 'read'> & ReadProps<T>) {
  return (
    <PageFrame title={title} lead={lead} actions={actions} read={read.query}>
      <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface"><Read {...read} /></div>
    </PageFrame>
  )
}
