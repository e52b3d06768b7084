// A conversation in a list: its title, where it is about, when it began.
import { Link } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import type { Thread } from '@/api/types'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'

export function useThreadTitle(): (thread: Pick<Thread, 'title'>) => string {
  const { t } = useLingui()
  return ({ title }) => title || t`Without a title`
}

export function ThreadLink({ thread }: { thread: Thread }) {
  const title = useThreadTitle()(thread)
  return (
    <Link
      to="/chat/$id"
      params={{ id: thread.id }}
      search={(before) => ({ c: before.c, n: before.n })}
      activeOptions={{ includeSearch: false }}
      className="grid min-w-0 flex-1 gap-0.5 rounded-md px-2 py-1.5 hover:bg-hover aria-[current=page]:bg-hover"
    >
      <Inert text={title} short className="text-sm text-ink" />
      <span className="flex justify-between gap-2 text-xs text-ink-3"><Inert text={[thread.cluster, thread.namespace].filter(Boolean).join('/')} short /><Time at={thread.created_at} /></span>
    </Link>
  )
}
