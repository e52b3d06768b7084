// The way back: how far each step can be taken back, and why not where it can't.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan, Step } from '@/api/types'
import { Card } from '@/ui/card'
import { Chip, type Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { reversibilityOf } from './shapes'
import { undoable } from './standing'

const WHOLE: Record<ReturnType<typeof undoable>, [ReactNode, Tone]> = {
  all: [<Trans key="a">can be undone</Trans>, 'ok'],
  partly: [<Trans key="p">can be undone in part</Trans>, 'warn'],
  none: [<Trans key="n">cannot be undone</Trans>, 'bad'],
}

/** All of it comes back exactly. */
export const isUndoQuiet = (plan: Plan): boolean => undoable(plan) === 'all'

export function UndoRecipe({ plan }: { plan: Plan }) {
  const [word, tone] = WHOLE[undoable(plan)]
  return (
    <Card title={<Trans>Undo</Trans>} aside={<Chip tone={tone}>{word}</Chip>}>
      <div className="px-4 py-3"><UndoSteps plan={plan} /></div>
    </Card>
  )
}

export function UndoSteps({ plan }: { plan: Plan }) {
  return (
    <ol className="grid gap-2 text-sm">
      {plan.steps.map((step) => (
        <li key={step.index} className="grid grid-cols-[1.25rem_minmax(0,1fr)]">
          <span className="text-ink-3 tabular-nums">{step.index + 1}</span>
          <Back step={step} />
        </li>
      ))}
    </ol>
  )
}

function Back({ step }: { step: Step }) {
  const back = reversibilityOf(step)
  switch (back.class) {
    case 'exact': return <p>{step.creates ? <Trans>What is created is deleted again.</Trans> : <Trans>The changed fields get their former values.</Trans>}</p>
    case 're-made': return <p><Trans>The object is made again, under a new identity; what belonged to it comes anew.</Trans></p>
    case 'partial': return <p><Trans>It comes back, except: <Inert text={back.lost.join(', ')} /></Trans></p>
    case 'none': return <p className="text-warn"><Trans>Cannot be undone, because <Inert text={back.because} />.</Trans></p>
  }
}
