// The prompt at the foot of a conversation, with where its sentences go. What one looks at elsewhere (the scope in the URL) may
// differ from that; then it says so and can be made the same. Nothing moves by itself. Below somebody else's conversation a
// sentence begins one of one's own.
import { Trans } from '@lingui/react/macro'
import { toProblem } from '@/api/problem'
import { useChangeThread } from '@/api/threads'
import type { Thread } from '@/api/types'
import { Prompt } from '@/shell/prompt'
import { toast } from '@/shell/toasts'
import { useScope } from '@/shell/use-scope'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

interface ComposerProps {
  id: string
  /** There is no such conversation, or not for this person: a sentence begins a new one. */
  lost: boolean
  thread: Thread | undefined
  below: boolean
  onDown: () => void
}

export function Composer({ id, lost, thread, below, onDown }: ComposerProps) {
  const isRead = thread?.own === false
  const bound = lost || isRead ? undefined : (thread ?? { id })
  return (
    <div className="sticky bottom-12 z-10 border-t border-line bg-bg py-2.5 max-md:-mb-4 md:bottom-0">
      {below && (
        <div className="pointer-events-none absolute inset-x-0 -top-11 flex justify-center">
          <Button icon="down" onClick={onDown} className="pointer-events-auto shadow-xl"><Trans>New below</Trans></Button>
        </div>
      )}
      <div className="mx-auto grid w-full max-w-3xl gap-1.5 px-4">
        <div className="flex"><Prompt thread={bound} above /></div>
        {/* Its line has its place before it can be said, so that the prompt doesn't move. */}
        {!lost && <div className="min-h-5">{thread && (isRead ? <ReadOnly owner={thread.owner} /> : <Where thread={thread} />)}</div>}
      </div>
    </div>
  )
}

function ReadOnly({ owner }: { owner: string }) {
  return (
    <p className="flex min-h-5 items-center gap-x-2 text-xs text-ink-3">
      <Icon name="lock" size={12} />
      <span><Trans>Shared by <Inert text={owner} className="text-ink-2" />, read only. What you say here begins a conversation of your own.</Trans></span>
    </p>
  )
}

function Where({ thread }: { thread: Thread }) {
  const scope = useScope()
  const change = useChangeThread()
  const cluster = scope.cluster ?? thread.cluster
  const namespace = scope.namespace ?? thread.namespace
  const differs = cluster !== thread.cluster || namespace !== thread.namespace
  const move = () => change.mutate({ id: thread.id, cluster, namespace }, {
    onError: (cause) => toast({ tone: 'bad', text: toProblem(cause).detail, hint: toProblem(cause).hint }),
  })
  const here = [thread.cluster, thread.namespace].join(' / ')
  const there = [cluster, namespace].join(' / ')
  return (
    <p className="flex min-h-5 flex-wrap items-center gap-x-2 text-xs text-ink-3">
      <Icon name="clusters" size={12} />
      <span><Trans>Said in <Inert text={here} className="text-ink-2" /></Trans></span>
      {differs && <button type="button" onClick={move} disabled={change.isPending} className="in-text rounded text-accent underline underline-offset-2 hover:brightness-110"><Trans>Go on in <Inert text={there} /></Trans></button>}
    </p>
  )
}
