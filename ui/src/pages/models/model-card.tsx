// One model in the order: its name, how it stands and what to do about it, what it is asked for, what it used, a trial, and what
// else its component offers.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import { useId, useState } from 'react'
import type { Model } from '@/api/models'
import { useAmounts } from '@/ui/amounts'
import { Button } from '@/ui/button'
import { Inert } from '@/ui/inert'
import { Reason } from '@/ui/reason'
import { Time } from '@/ui/time'
import { Budget } from './budget'
import { Offered } from './offered'
import { ModelState } from './standing'
import { useTrial } from './trial'

const TASKS: Record<Model['tasks'][number], MessageDescriptor> = {
  plan: msg`plans and looks things up`,
  explain: msg`explains`,
  summarise: msg`sums up`,
}

export function ModelCard({ model }: { model: Model }) {
  const { i18n } = useLingui()
  const { took } = useAmounts()
  const { button, outcome } = useTrial(model)
  const [isAsked, setAsked] = useState(false)
  const offeredId = useId()
  const { provider, version, tasks, state, reason, last } = model
  return (
    <article className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <header className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
        <h3 className="min-w-0 text-base font-semibold break-all">{model.model === null ? <Trans>no model chosen</Trans> : <Inert text={model.model} />}</h3>
        <ModelState state={state} />
        <span className="ml-auto">{button}</span>
      </header>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-3">
        <span><Inert text={provider} />{version !== null && <> <Inert text={version} className="tabular-nums" /></>}</span>
        <span>{tasks.map((task) => (TASKS[task] ? i18n._(TASKS[task]) : task)).join(', ')}</span>
        {last && <span>{last.outcome === 'ok' ? <Trans>answered <Time at={last.at} />, in {took(last.ms)}</Trans> : <Trans>failed <Time at={last.at} /></Trans>}</span>}
      </p>
      {reason !== undefined && state !== 'ready' && <Reason text={reason} className="text-sm text-ink-2" />}
      <Budget model={model} />
      {outcome}
      <div className="grid gap-2">
        <Button kind="quiet" className="-ml-2 justify-self-start" aria-expanded={isAsked} aria-controls={offeredId} onClick={() => setAsked((asked) => !asked)}><Trans>Which models are there?</Trans></Button>
        <div id={offeredId} className="empty:hidden">{isAsked && <Offered model={model} />}</div>
      </div>
    </article>
  )
}
