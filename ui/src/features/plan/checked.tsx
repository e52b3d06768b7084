// What was looked at and has nothing to say: low risk without a reason, policy without a verdict, no approval needed, an undo
// that is exact. One quiet card for all of it; what does have something to say has a card of its own.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Icon } from '@/ui/icon'
import { isApprovalQuiet } from './approvals'
import { isPolicyQuiet } from './policy'
import { isRiskQuiet } from './risk'
import { isUndoQuiet, UndoSteps } from './undo-recipe'

export function Checked({ plan }: { plan: Plan }) {
  const rows: [boolean, ReactNode][] = [
    [isRiskQuiet(plan), <Trans key="r">Low risk: nothing speaks against it</Trans>],
    [isPolicyQuiet(plan), <Trans key="p">Policy: no rule has anything to say</Trans>],
    [isApprovalQuiet(plan), <Trans key="a">Approval: none needed, it runs on the requester's word</Trans>],
    [isUndoQuiet(plan), <Trans key="u">Undo: all of it can be taken back</Trans>],
  ]
  const quiet = rows.filter(([isQuiet]) => isQuiet)
  if (quiet.length === 0) return null
  return (
    <Card title={<Trans>Checked</Trans>}>
      <ul className="grid gap-1.5 px-4 py-3 text-sm text-ink-2">
        {quiet.map(([, words], index) => <li key={index} className="flex gap-2"><span className="pt-0.5 text-ok"><Icon name="check" size={14} /></span><span className="min-w-0">{words}</span></li>)}
      </ul>
      {isUndoQuiet(plan) && (
        <details className="border-t border-line text-sm">
          <summary className="px-4 py-2 text-ink-2 hover:text-ink"><Trans>How it is taken back</Trans></summary>
          <div className="px-4 pb-3"><UndoSteps plan={plan} /></div>
        </details>
      )}
    </Card>
  )
}
