// Code and commands as text, with a button that copies. Nothing is highlighted or run.
import { useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { IconButton } from './button'
import { Inert } from './inert'

const SAID_MS = 1500

export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useLingui()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false))
  return <IconButton icon={copied ? 'check' : 'copy'} label={copied ? t`copied` : (label ?? t`copy`)} onClick={copy} />
}

export const Code = ({ text }: { text: string }) => (
  <code className="rounded bg-raised px-1 py-0.5 font-mono text-[0.92em] break-words"><Inert text={text} /></code>
)

/** A command on a line of its own, to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <div className="flex items-start justify-between gap-2 rounded-md border border-line bg-bg pl-3">
      <pre className="min-w-0 flex-1 py-1.5 font-mono text-xs break-words whitespace-pre-wrap text-ink"><Inert text={text} /></pre>
      <Copy text={text} />
    </div>
  )
}
