// Sharing a conversation: a switch, who is shown it then in plain words, and its link. The host decides who that is each time it
// is opened; here is only said what it goes by.
import { Trans, useLingui } from '@lingui/react/macro'
import { toProblem } from '@/api/problem'
import { useChangeThread } from '@/api/threads'
import type { Thread } from '@/api/types'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'
import { Command } from '@/ui/code'
import { Dialog } from '@/ui/dialog'
import { Inert } from '@/ui/inert'

export function Share({ thread, open, onClose }: { thread: Thread; open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const change = useChangeThread()
  const set = (shared: boolean) => change.mutate({ id: thread.id, shared }, {
    onError: (cause) => toast({ tone: 'bad', text: toProblem(cause).detail, hint: toProblem(cause).hint }),
  })
  return (
    <Dialog open={open} title={t`Share by link`} onClose={onClose} actions={<Button onClick={onClose}><Trans>Done</Trans></Button>}>
      <div className="grid gap-3 text-sm text-ink-2">
        <label className="flex items-center gap-2 font-medium text-ink">
          <input type="checkbox" role="switch" className="size-4 accent-[var(--accent-fill)]" checked={thread.shared} disabled={change.isPending} onChange={(event) => set(event.target.checked)} />
          <Trans>Others may read it</Trans>
        </label>
        <p><Trans>It opens for people of this host whose own permissions cover everything that was read in it. <Inert text={thread.cluster} /> is asked each time; who lacks one is told which, and sees nothing.</Trans></p>
        <p><Trans>They only read: nobody but you says something in it, changes or deletes it. What you say later is shown too. Secrets stay masked, and each opening stands in the audit log.</Trans></p>
        {thread.shared && <Command text={`${location.origin}/chat/${thread.id}`} />}
      </div>
    </Dialog>
  )
}
