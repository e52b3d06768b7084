// Names and digests for auditors: what a vote was for, which cluster was meant. Folded, because nobody decides by them.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan, Run } from '@/api/types'
import { Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'

export function Details({ plan, run }: { plan: Plan; run: Run | undefined }) {
  return (
    <details className="rounded-lg border border-line bg-surface">
      <summary className="px-4 py-2.5 text-sm font-semibold"><Trans>Details</Trans></summary>
      <dl className="grid gap-2 border-t border-line px-4 py-3 text-xs">
        <Row name={<Trans>plan</Trans>} value={plan.id} />
        <Row name={<Trans>version</Trans>} value={plan.etag} />
        {run && <Row name={<Trans>run</Trans>} value={run.id} />}
        {plan.parts.map((part) => (
          <div key={part.cluster} className="grid gap-2">
            {part.approval && <Row name={<Trans>digest of the part on <Inert text={part.cluster} /></Trans>} value={part.approval.digest} />}
            <Row name={<Trans>policy packs</Trans>} value={part.decision.packs} />
            <Row name={<Trans>cluster identity</Trans>} value={pinText(part.pin)} />
          </div>
        ))}
      </dl>
    </details>
  )
}

/** The identity is told by whichever is known: the UID of kube-system, or a digest of the server's authority. */
function pinText(pin: unknown): string {
  const { uid, digest } = (pin ?? {}) as { uid?: string; digest?: string }
  return uid ?? digest ?? ''
}

function Row({ name, value }: { name: ReactNode; value: string }) {
  return (
    <div className="flex min-w-0 items-start justify-between gap-2">
      <div className="min-w-0"><dt className="text-ink-3">{name}</dt><dd className="font-mono break-all text-ink-2"><Inert text={value} /></dd></div>
      <Copy text={value} />
    </div>
  )
}
