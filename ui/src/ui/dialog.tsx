// A modal dialog on the browser's own: focus is kept inside, Escape closes, focus returns. It begins in the first field, else
// on the safest button, so that Enter is never a danger nobody looked at. No library, no portal.
import { useLingui } from '@lingui/react/macro'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { IconButton } from './button'

interface DialogProps {
  open: boolean
  title: string
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot, the safest first. */
  actions?: ReactNode
}

const FIELD = ':is(input, select, textarea):enabled'
const FOOT_BUTTON = 'footer button:enabled'

export function Dialog({ open, title, onClose, children, actions }: DialogProps) {
  const { t } = useLingui()
  const ref = useRef<HTMLDialogElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && dialog?.open === false) {
      dialog.showModal()
      const first = dialog.querySelector<HTMLElement>(FIELD) ?? dialog.querySelector<HTMLElement>(FOOT_BUTTON)
      first?.focus()
      setScrolls(body.current !== null && body.current.scrollHeight > body.current.clientHeight)
    } else if (!open && dialog?.open === true) dialog.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      className="m-auto max-h-[85dvh] w-[min(36rem,calc(100vw-1.5rem))] overflow-hidden rounded-lg border border-line bg-surface p-0 shadow-2xl backdrop:bg-[rgb(0_0_0/0.55)]"
    >
      <header className="flex items-center justify-between border-b border-line py-2 pr-2 pl-4">
        <h2 id={id} className="text-base font-semibold">{title}</h2>
        <IconButton icon="cross" label={t`Close`} onClick={onClose} />
      </header>
      {/* What is longer than the dialog is reached by the keyboard too, also where it holds nothing but text. */}
      <div ref={body} tabIndex={scrolls ? 0 : undefined} role={scrolls ? 'group' : undefined} aria-labelledby={scrolls ? id : undefined} className="max-h-[65dvh] overflow-y-auto p-4">{open && children}</div>
      {actions && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{actions}</footer>}
    </dialog>
  )
}
