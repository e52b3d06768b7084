// A trial of a destination: one request with its credential and nothing else. That it was reached is said, whatever it answered;
// what its status means of a credential is said too.
import { Trans, useLingui } from '@lingui/react/macro'
import { toProblem } from '@/api/problem'
import { useTestDestination, type EgressTrial } from '@/api/egress'
import { useAmounts } from '@/ui/amounts'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Reason } from '@/ui/reason'

export function useTrial(destination: string) {
  const { t } = useLingui()
  const test = useTestDestination()
  const button = (
    <Button icon="send" disabled={test.isPending} onClick={() => test.mutate(destination)} aria-label={t`Test ${destination}`}>
      {test.isPending ? <Trans>Testing</Trans> : <Trans>Test</Trans>}
    </Button>
  )
  return { button, outcome: <div role="status" className="empty:hidden">{!test.isPending && (test.data ? <Outcome trial={test.data} /> : test.error && <Refusal detail={toProblem(test.error).detail} hint={toProblem(test.error).hint} />)}</div> }
}

function Outcome({ trial: { reached, status, took_ms: ms, detail, hint } }: { trial: EgressTrial }) {
  const { took } = useAmounts()
  if (!reached) return <Refusal detail={detail ?? ''} hint={hint ?? ''} />
  return (
    <div className="flex items-start gap-2 rounded-md bg-ok-soft px-3 py-2 text-sm">
      <span className="mt-0.5 text-ok"><Icon name="check" size={14} /></span>
      <p className="text-ink">
        <Trans>It was reached in {took(ms)}.</Trans>{' '}
        {status !== null && <span className="text-ink-2">{isWayIn(status) ? <Trans>It answered {status}: the address is right, the credential may not be.</Trans> : <Trans>It answered {status}.</Trans>}</span>}
      </p>
    </div>
  )
}

const isWayIn = (status: number): boolean => status === 401 || status === 403

function Refusal({ detail, hint }: { detail: string; hint: string }) {
  return (
    <div className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm">
      <span className="mt-0.5 text-warn"><Icon name="warning" size={14} /></span>
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1.5"><p className="break-words text-ink"><Inert text={detail} /></p>{hint && <Reason text={hint} className="text-ink-2" />}</div>
    </div>
  )
}
