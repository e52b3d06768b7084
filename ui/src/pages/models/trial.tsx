// A trial of one model: a small real answer through its component and the gate, nothing of a cluster in it. Shown are how long
// it took and what was said, or why not and the next step.
import { Trans, useLingui } from '@lingui/react/macro'
import { toProblem } from '@/api/problem'
import { useTestModel, type Model, type ModelTrial } from '@/api/models'
import { useAmounts } from '@/ui/amounts'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Reason } from '@/ui/reason'

export function useTrial({ index, model, provider }: Pick<Model, 'index' | 'model' | 'provider'>) {
  const { t } = useLingui()
  const test = useTestModel()
  const name = model ?? provider
  const button = (
    <Button icon="send" disabled={test.isPending} aria-label={t`Test ${name}`} onClick={() => test.mutate(index)}>
      {test.isPending ? <Trans>Testing</Trans> : <Trans>Test</Trans>}
    </Button>
  )
  const failed = test.error === null ? null : toProblem(test.error)
  const outcome = (
    <div role="status" className="empty:hidden">
      {test.isPending ? <p className="text-sm text-ink-3"><Trans>It is asked to say one word. A large model is loaded first.</Trans></p>
        : test.data?.ok ? <Answered trial={test.data} />
        : test.data ? <Unanswered detail={test.data.problem?.detail ?? ''} hint={test.data.problem?.hint ?? ''} ms={test.data.ms} />
        : failed && <Unanswered detail={failed.detail} hint={failed.hint} />}
    </div>
  )
  return { button, outcome }
}

function Answered({ trial: { ms, first_token_ms: first, text, usage } }: { trial: ModelTrial }) {
  const { took } = useAmounts()
  return (
    <div className="grid gap-1 rounded-md bg-ok-soft px-3 py-2 text-sm">
      <p className="flex items-start gap-2 text-ink"><span className="mt-0.5 text-ok"><Icon name="check" size={14} /></span>
        <span className="min-w-0">{text ? <Trans>It says “<Inert text={text} className="break-words" />”</Trans> : <Trans>It answered, without a word.</Trans>}</span>
      </p>
      <p className="pl-5.5 text-xs text-ink-2 tabular-nums">
        {took(ms)}
        {first !== undefined && <> · <Trans>first word after {took(first)}</Trans></>}
        {usage && <> · <Trans>{usage.input_tokens} tokens read, {usage.output_tokens} written</Trans></>}
      </p>
    </div>
  )
}

function Unanswered({ detail, hint, ms }: { detail: string; hint: string; ms?: number }) {
  const { took } = useAmounts()
  return (
    <div className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm">
      <span className="mt-0.5 text-warn"><Icon name="warning" size={14} /></span>
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1.5">
        <Reason text={detail} className="text-ink" />
        {hint && !detail.includes(hint) && <Reason text={hint} className="text-ink-2" />}
        {ms !== undefined && <p className="text-xs text-ink-3"><Trans>after {took(ms)}</Trans></p>}
      </div>
    </div>
  )
}
