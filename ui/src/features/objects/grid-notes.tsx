// What a reader of a grid has to know beside its rows: how many are shown of how many, what was cut, what is not live.
import { Plural, Trans } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import { usePainted } from '@/ui/use-painted'
import type { Combined } from './combine'

interface NotesProps {
  combined: Combined
  /** Rows after the filter. */
  shown: number
  read: number
}

export function GridNotes({ combined, shown, read }: NotesProps) {
  const { unread, isByPage, restarted, notLive } = combined
  // The rows come first: to write a number takes the browser's formatter, and the first one is long in the making.
  const isPainted = usePainted()
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-0.5 border-t border-line px-3 py-1.5 text-xs text-ink-3">
      <span role="status" className="min-h-4 tabular-nums">
        {!isPainted ? null : shown === read ? <Plural value={read} one="# row" other="# rows" /> : <Trans>{shown} of {read} rows</Trans>}
        {!isPainted ? null : unread === null ? <> <Trans>and more, read as you scroll</Trans></> : unread > 0 && <> <Plural value={unread} one="and # more, read as you scroll" other="and # more, read as you scroll" /></>}
      </span>
      {isByPage && <span className="text-warn"><Trans>The list is long: filter and order apply to each page by itself until the host has all of it.</Trans></span>}
      {restarted && <span className="text-warn"><Trans>The list changed while it was read and began anew.</Trans></span>}
      {notLive.map((why) => <span key={why} className="text-warn"><Trans>Not live: <Inert text={why} /></Trans></span>)}
    </div>
  )
}
