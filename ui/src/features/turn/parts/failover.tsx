// A turn that was handed on, in words: who did not answer and why, and who was asked instead. The host says it in one sentence of
// its own; one that reads otherwise is shown as it came.
import { Trans } from '@lingui/react/macro'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

export interface HandedOn {
  from: string
  to: string
  why: string
}

/** Pure. */
export function handedOn(text: string): HandedOn | null {
  const [, from, to, why] = /^(.+?) did not answer, so (.+?) was asked: ([\s\S]+)$/.exec(text) ?? []
  return from === undefined || to === undefined || why === undefined ? null : { from, to, why: why.trim() }
}

/** `qwen3:8b` of `qwen3:8b · provider-ollama 0.1.0`; the whole is its title. */
const Name = ({ label }: { label: string }) => <span title={label} className="font-medium text-ink"><Inert text={label.split(' · ')[0] ?? label} /></span>

export function FailoverView({ from, to, why }: HandedOn) {
  return (
    <p className="flex items-start gap-2 border-l-2 border-warn pl-3 text-sm text-ink-2">
      <span className="mt-0.5 text-warn"><Icon name="down" size={14} /></span>
      <span className="min-w-0 break-words"><Trans><Name label={from} /> did not answer (<Inert text={why} />), so <Name label={to} /> was asked.</Trans></span>
    </p>
  )
}
