// The kubectl lines that would do the same, to be copied. For reading and for elsewhere: nothing here runs them. Where a line
// stands for a patch that is too long for it, the patches are read when they are asked for.
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { exportQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Command, Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { RefusedLines } from './refused-lines'

export function Commands({ plan }: { plan: Plan }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const lines = plan.steps.map((step) => step.kubectl)
  if (plan.state === 'denied') {
    return (
      <Card title={<Trans>The same with kubectl</Trans>}>
        <div className="px-4 py-3"><RefusedLines>{plan.steps.map((step) => <Command key={step.index} text={step.kubectl} />)}</RefusedLines></div>
      </Card>
    )
  }
  return (
    <Card title={<Trans>The same with kubectl</Trans>} aside={lines.length > 1 && <Copy text={lines.join('\n')} label={t`Copy all lines`} />}>
      <div className="grid gap-2 px-4 py-3">{plan.steps.map((step) => <Command key={step.index} text={step.kubectl} />)}</div>
      <details className="border-t border-line" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit px-4 py-2 text-sm text-ink-2 hover:text-ink"><Trans>The patches, whole</Trans></summary>
        {open && <Patches id={plan.id} />}
      </details>
    </Card>
  )
}

function Patches({ id }: { id: string }) {
  const query = useQuery(exportQuery(id))
  return (
    <Read
      query={query}
      isEmpty={({ patches }) => patches.every(({ patch }) => patch === null)}
      emptyFirst={{ title: <Trans>No patches</Trans>, text: <Trans>None of its steps is a patch.</Trans> }}
      clearFilter={null}
    >
      {({ patches }) => (
        <ol className="grid gap-3 px-4 pb-3">
          {patches.filter(({ patch }) => patch !== null).map((patch, index) => (
            <li key={index} className="grid min-w-0 gap-1">
              <p className="text-xs text-ink-3"><Inert text={[patch.cluster, patch.object, patch.patch_type].filter(Boolean).join(' · ')} /></p>
              <Command text={JSON.stringify(patch.patch, null, 2)} />
            </li>
          ))}
        </ol>
      )}
    </Read>
  )
}
