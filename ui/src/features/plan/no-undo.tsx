// Why what a run wrote can't be taken back, where the button for it would be.
import { Trans } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Inert } from '@/ui/inert'
import { reversibilityOf } from './shapes'

export function NoUndo({ plan }: { plan: Plan }) {
  const reasons = new Set(plan.steps.flatMap((step) => {
    const back = reversibilityOf(step)
    return back.class === 'none' ? [back.because] : []
  }))
  return <>{[...reasons].map((because) => <p key={because} className="text-sm text-ink-2"><Trans>Cannot be undone, because <Inert text={because} />.</Trans></p>)}</>
}
