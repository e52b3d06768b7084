// Sharing a conversation: a switch, who may open it then in plain words, and its link. The host decides who that is each time it
// is opened; here is only said what it goes by.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { toProblem } from '@/api/problem'
import { useChangeThread } from '@/api/threads'
import type { Thread } from '@/api/types'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { isLoopback } from './loopback'

export function Share({ thread, open, onClose }: { thread: Thread; open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const change = useChangeThread()
  const set = (shared: boolean) => change.mutate({ id: thread.id, shared }, {
    onError: (cause) => toast({ tone: 'bad', text: toProblem(cause).detail, hint: toProblem(cause).hint }),
  })
  const link = `${location.origin}/chat/${thread.id}`
  // Said in the button: a toast would stand behind the dialog.
  const [copied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(link).then(() => setCopied(true), () => setCopied(false))
  return (
    <Dialog
      open={open}
      title={t`Share by link`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}><Trans>Done</Trans></Button>
          {thread.shared && <Button kind="primary" icon={copied ? 'check' : 'copy'} aria-live="polite" onClick={copy} onBlur={() => setCopied(false)}>{copied ? <Trans>Link copied</Trans> : <Trans>Copy link</Trans>}</Button>}
        </>
      }
    >
      <div className="grid gap-3 text-sm text-ink-2">
        <label className="flex items-center gap-2 font-medium text-ink">
          <input type="checkbox" role="switch" className="size-4 accent-[var(--accent-fill)]" checked={thread.shared} disabled={change.isPending} onChange={(event) => set(event.target.checked)} />
          <Trans>Others may read it</Trans>
        </label>
        <p><Trans>Only people who could read all of this themselves can open it. <Inert text={thread.cluster} /> is asked each time; who lacks a permission is told which, and sees nothing.</Trans></p>
        <p><Trans>They only read: nobody but you says something in it, changes or deletes it. What you say later is shown too. Secrets stay masked, and each opening stands in the audit log.</Trans></p>
        {thread.shared && <Inert text={link} className="rounded-md border border-line bg-bg px-3 py-1.5 font-mono text-xs break-all text-ink" />}
        {thread.shared && isLoopback(location.hostname) && (
          <p className="flex items-center gap-2 text-warn"><Icon name="warning" size={14} /><Trans>This link works only on this machine.</Trans></p>
        )}
      </div>
    </Dialog>
  )
}
