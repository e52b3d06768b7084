// How one step of a run is doing, in words. Shows nothing while there is no run.
import type { StepRun } from '@/api/types'
import { Inert } from '@/ui/inert'
import { StateWord } from '@/ui/words'

export function StepProgress({ step }: { step: StepRun | undefined }) {
  if (step === undefined) return null
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 text-sm text-ink-2">
      {step.progress !== undefined && <Inert text={step.progress} />}
      <StateWord state={step.state} />
    </span>
  )
}
