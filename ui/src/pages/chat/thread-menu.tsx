// What one can do with a conversation of one's own: copy its link, share it, rename it, delete it. Deleting asks first; the host
// keeps the log.
import { useNavigate } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { toProblem } from '@/api/problem'
import { useChangeThread, useDeleteThread } from '@/api/threads'
import type { Thread } from '@/api/types'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { Share } from './share'
import { useThreadTitle } from './thread-link'

const TITLE_CHARS_MAX = 120

const refused = (cause: unknown) => toast({ tone: 'bad', text: toProblem(cause).detail, hint: toProblem(cause).hint })
const item = 'flex h-8 w-full items-center gap-2 rounded px-2.5 text-left text-sm text-ink-2 hover:bg-hover hover:text-ink'

export function ThreadMenu({ thread, isShown }: { thread: Thread; isShown: boolean }) {
  const { t } = useLingui()
  const title = useThreadTitle()(thread)
  const [asking, setAsking] = useState<'share' | 'rename' | 'delete' | null>(null)
  const copy = () => void navigator.clipboard.writeText(`${location.origin}/chat/${thread.id}`).then(
    () => toast({ tone: 'ok', text: thread.shared ? t`Link copied. It opens for who may read what was read here.` : t`Link copied. The conversation is not shared: it opens for nobody but you.` }),
    () => toast({ tone: 'bad', text: t`The browser did not let us copy.` }),
  )
  return (
    <>
      <Popover label={t`Conversation “${title}”: what to do`} className="flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink" button={<Icon name="more" />}>
        {(close) => (
          <ul className="grid min-w-44" onClick={close}>
            <li><button type="button" className={item} onClick={copy}><Icon name="copy" size={14} /><Trans>Copy the link</Trans></button></li>
            <li><button type="button" aria-haspopup="dialog" className={item} onClick={() => setAsking('share')}><Icon name="send" size={14} /><Trans>Share by link</Trans></button></li>
            <li><button type="button" aria-haspopup="dialog" className={item} onClick={() => setAsking('rename')}><Icon name="edit" size={14} /><Trans>Rename</Trans></button></li>
            <li><button type="button" aria-haspopup="dialog" className={item} onClick={() => setAsking('delete')}><Icon name="cross" size={14} /><Trans>Delete</Trans></button></li>
          </ul>
        )}
      </Popover>
      <Share thread={thread} open={asking === 'share'} onClose={() => setAsking(null)} />
      <Rename thread={thread} open={asking === 'rename'} onClose={() => setAsking(null)} />
      <Delete thread={thread} title={title} open={asking === 'delete'} onClose={() => setAsking(null)} isShown={isShown} />
    </>
  )
}

interface AskProps {
  thread: Thread
  open: boolean
  onClose: () => void
}

function Rename({ thread, open, onClose }: AskProps) {
  const { t } = useLingui()
  const change = useChangeThread()
  const [title, setTitle] = useState(thread.title)
  const save = () => change.mutate({ id: thread.id, title: title.trim() }, { onSuccess: onClose, onError: refused })
  return (
    <Dialog
      open={open}
      title={t`Rename the conversation`}
      onClose={onClose}
      actions={<><Button onClick={onClose}><Trans>Leave it</Trans></Button><Button kind="primary" onClick={save} disabled={change.isPending}><Trans>Rename</Trans></Button></>}
    >
      <form onSubmit={(event) => { event.preventDefault(); save() }}>
        <Field label={<Trans>Title</Trans>} hint={<Trans>At most {TITLE_CHARS_MAX} characters. What looks like a secret is masked.</Trans>}>
          {(ids) => <Input {...ids} value={title} maxLength={TITLE_CHARS_MAX} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  )
}

function Delete({ thread, title, open, onClose, isShown }: AskProps & { title: string; isShown: boolean }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const remove = useDeleteThread()
  const go = async () => {
    // Away first: what is deleted can't be read any more.
    if (isShown) await navigate({ to: '/chat', search: (before) => ({ c: before.c, n: before.n }) })
    remove.mutate(thread.id, { onError: refused })
    onClose()
  }
  return (
    <Dialog
      open={open}
      title={t`Delete the conversation?`}
      onClose={onClose}
      actions={<><Button onClick={onClose}><Trans>Keep it</Trans></Button><Button kind="danger" onClick={() => void go()} disabled={remove.isPending}><Trans>Delete</Trans></Button></>}
    >
      <div className="grid gap-2 text-sm text-ink-2">
        <p className="text-ink"><Inert text={title} /></p>
        <p><Trans>Nobody is shown it or its turns any more, and that can't be taken back. Its plans and the audit log stay.</Trans></p>
      </div>
    </Dialog>
  )
}
