// The steps in their order: what each does to which object, the server's preview of it, and how it went. A step has a link.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { storedProblem } from '@/api/problem'
import type { Plan, Run, Step, StepRun } from '@/api/types'
import { Chip } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { Diff } from './diff'
import { ProblemNote } from './problem-note'
import { objectParts, reversibilityOf, surprisesOf } from './shapes'
import { StepProgress } from './step-progress'
import { usePlanView } from './use-view'

const DIFF_LINES = 14

export function Steps({ plan, run }: { plan: Plan; run: Run | undefined }) {
  const [view, setView] = usePlanView()
  return (
    <ol className="divide-y divide-line">
      {plan.steps.map((step) => (
        <StepRow
          key={step.index}
          step={step}
          went={run?.steps.find((each) => each.index === step.index)}
          several={plan.clusters.length > 1}
          pointed={view.step === step.index}
          onPoint={() => setView({ step: step.index })}
        />
      ))}
    </ol>
  )
}

interface StepRowProps {
  step: Step
  went: StepRun | undefined
  several: boolean
  pointed: boolean
  onPoint: () => void
}

function StepRow({ step, went, several, pointed, onPoint }: StepRowProps) {
  const { t } = useLingui()
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => { if (pointed) row.current?.scrollIntoView({ block: 'nearest' }) }, [pointed])
  const number = step.index + 1
  return (
    <li ref={row} aria-current={pointed ? 'step' : undefined} className={cx('grid min-w-0 scroll-mt-28 grid-cols-[1.5rem_minmax(0,1fr)] gap-x-2 px-3 py-3 sm:px-4 md:scroll-mt-16', pointed && 'bg-accent-soft')}>
      <button type="button" aria-label={t`Link to step ${number}`} title={t`Link to step ${number}`} onClick={onPoint} className="flex size-6 scroll-mt-28 items-center justify-center rounded-md text-base text-ink-2 tabular-nums hover:bg-hover hover:text-ink">{number}</button>
      <div className="grid min-w-0 gap-2">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
          <p className="min-w-0 text-base leading-6 font-medium"><Inert text={step.sentence} /></p>
          <StepProgress step={went} />
        </div>
        <What step={step} several={several} />
        <Diff changes={step.diff} max={DIFF_LINES} label={t`What the server would change`} />
        <Remarks step={step} />
        {went && <Went went={went} />}
      </div>
    </li>
  )
}

function What({ step, several }: { step: Step; several: boolean }) {
  const { t } = useLingui()
  const { kind, namespace, name } = objectParts(step.object)
  const facts = [
    [<Trans key="v">verb</Trans>, step.creates ? t`${step.verb} (new)` : step.verb],
    [<Trans key="k">kind</Trans>, kind],
    ...(namespace === null ? [] : [[<Trans key="n">namespace</Trans>, namespace] as const]),
    [<Trans key="m">name</Trans>, name],
    ...(several ? [[<Trans key="c">cluster</Trans>, step.cluster] as const] : []),
  ] as const
  const after = step.depends_on.map((index) => index + 1).join(', ')
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs">
      {facts.map(([label, value], index) => (
        <div key={index} className="flex min-w-0 gap-1.5"><dt className="text-ink-3">{label}</dt><dd className="min-w-0 font-mono break-words text-ink-2"><Inert text={value} /></dd></div>
      ))}
      {after !== '' && <div className="flex gap-1.5"><dt className="text-ink-3"><Trans>after step</Trans></dt><dd className="text-ink-2 tabular-nums">{after}</dd></div>}
    </dl>
  )
}

/** What the preview could not promise, and what the server warned of. */
function Remarks({ step }: { step: Step }) {
  const back = reversibilityOf(step)
  return (
    <div className="grid gap-1 text-sm empty:hidden">
      {step.dry_run === 'unverified' && <p className="text-warn"><Trans>Not tried on the server: <Inert text={step.unverified_reason ?? ''} /></Trans></p>}
      {step.warnings.map((warning) => <p key={warning} className="text-warn"><Trans>The server warns: <Inert text={warning} /></Trans></p>)}
      {step.notes.map((note) => <p key={note} className="text-ink-2"><Inert text={note} /></p>)}
      {step.volatile.length > 0 && <p className="text-xs text-ink-3"><Trans>Set anew at each run: <Inert text={step.volatile.join(', ')} /></Trans></p>}
      {back.class === 'none' && <p><Chip tone="warn"><Trans>cannot be undone</Trans></Chip></p>}
    </div>
  )
}

function Went({ went }: { went: StepRun }) {
  const { t } = useLingui()
  const surprises = surprisesOf(went)
  return (
    <div className="grid gap-2 empty:hidden">
      {went.note !== undefined && <p className="text-sm text-ink-2"><Inert text={went.note} /></p>}
      {went.problem && <ProblemNote problem={storedProblem(went.problem)} />}
      {surprises.length > 0 && (
        <div className="grid gap-1">
          <p className="text-sm text-warn"><Plural value={surprises.length} one="# field came out otherwise than previewed" other="# fields came out otherwise than previewed" /></p>
          <Diff changes={surprises} max={DIFF_LINES} label={t`Previewed, and what came`} />
        </div>
      )}
    </div>
  )
}
