// One request that went out or was refused: when, who, where to, how it ended, how much. Paths are below what is bound; queries,
// headers and bodies are nowhere.
import { Trans, useLingui } from '@lingui/react/macro'
import type { EgressRequest } from '@/api/egress'
import { useAmounts } from '@/ui/amounts'
import { Command } from '@/ui/code'
import { Dot, type Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { fateOf, stepOf, whyOf } from './ended'
import type { Fate } from './search'

const TONES: Record<Fate, Tone> = { answered: 'ok', refused: 'warn', failed: 'bad' }

/** `isFirst`: the newest that ended so there, which says what to do about it. */
export function LogRow({ request, isFirst }: { request: EgressRequest; isFirst: boolean }) {
  const { i18n } = useLingui()
  const { bytes, took } = useAmounts()
  const fate = fateOf(request)
  const why = whyOf(request)
  const whyText = why === null || typeof why === 'string' ? why : i18n._(why)
  const step = isFirst ? stepOf(request) : null
  const { status, took_ms: ms } = request
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5 text-sm">
      <div className="grid gap-x-4 gap-y-0.5 md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,14rem)_13rem] md:items-baseline">
        <span className="text-xs text-ink-3"><Time at={request.at} /></span>
        <span className="min-w-0 break-words text-ink-2"><Inert text={request.caller} className="text-ink" /> <span aria-hidden="true">→</span><span className="sr-only"><Trans>to</Trans></span> <Inert text={request.destination} className="font-medium text-ink" />{' '}
          <span className="font-mono text-xs wrap-anywhere text-ink-3">{request.method} <Inert text={request.path || '/'} /></span>
        </span>
        <span className="inline-flex min-w-0 items-baseline gap-1.5">
          <span className="self-center"><Dot tone={TONES[fate]} /></span>
          <span className="min-w-0 break-words text-ink-2">
            {fate === 'answered' ? (status === null ? <Trans>answered</Trans> : <Trans>answered {status}</Trans>) : fate === 'refused' ? <Trans>refused: {whyText}</Trans> : <Trans>failed: {whyText}</Trans>}
          </span>
        </span>
        <span className="text-xs text-ink-3 tabular-nums md:text-right">{fate === 'refused' ? <Trans>nothing left</Trans> : <Trans>{bytes(request.bytes_out)} out, {bytes(request.bytes_in)} in, {took(ms)}</Trans>}</span>
      </div>
      {step !== null && <div className="md:pl-32"><Command text={step} /></div>}
    </div>
  )
}
