// The second look before a plan runs that weighs much or can't be taken back: why, in the host's own sentences.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Inert } from '@/ui/inert'
import { stepWords } from '@/ui/plan-change'
import { RiskLevel } from '@/ui/words'
import { Places } from './places'
import { reversibilityOf } from './shapes'

const STEPS_SHOWN = 8

interface RunDialogProps {
  plan: Plan
  open: boolean
  onClose: () => void
  onRun: () => void
}

export function RunDialog({ plan, open, onClose, onRun }: RunDialogProps) {
  const { t } = useLingui()
  const reasons = plan.parts.flatMap((part) => part.risk.reasons.map(({ sentence }) => sentence))
  const lost = plan.steps.flatMap((step) => {
    const back = reversibilityOf(step)
    return back.class === 'none' ? [{ sentence: step.sentence, because: back.because }] : []
  })
  const more = plan.steps.length - STEPS_SHOWN
  const confirm = () => { onClose(); onRun() }
  return (
    <Dialog
      open={open}
      title={t`Run this?`}
      onClose={onClose}
      actions={<><Button onClick={onClose}><Trans>Not now</Trans></Button><Button kind="danger" onClick={confirm}><Trans>Run it</Trans></Button></>}
    >
      <div className="grid gap-3 text-sm">
        <p><Places plan={plan} /></p>
        <ul className="grid gap-1 font-medium">{plan.steps.slice(0, STEPS_SHOWN).map((step) => <li key={step.index}><Inert text={stepWords(step)} /></li>)}</ul>
        {more > 0 && <p className="text-ink-2"><Trans>and {more} more steps</Trans></p>}
        {plan.risk && <p><RiskLevel level={plan.risk.level} /></p>}
        <ul className="list-disc pl-5 text-ink-2">{[...new Set(reasons)].map((sentence) => <li key={sentence}><Inert text={sentence} /></li>)}</ul>
        {lost.map(({ sentence, because }) => (
          <p key={sentence} className="text-warn"><Trans>"<Inert text={sentence} />" cannot be undone, because <Inert text={because} />.</Trans></p>
        ))}
      </div>
    </Dialog>
  )
}
