// Where the plan stands, spoken once when it changes; what it changes, step by step; and after that, because nobody decides
// about what he has not seen, what may be done now.
import { Trans, useLingui } from '@lingui/react/macro'
import { useId } from 'react'
import type { Problem } from '@/api/problem'
import type { Plan, Run } from '@/api/types'
import { Dot, type Tone } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { Partial } from '@/ui/states/states'
import { Time } from '@/ui/time'
import { StateWord } from '@/ui/words'
import { runProgress } from '@/stream/plans'
import { Actions } from './actions'
import { Bound } from './bound'
import { PlanFacts } from './facts'
import { NotSaid } from './not-said'
import { Places } from './places'
import type { Standing } from './standing'
import { TONES, useStandingWords } from './standing-words'
import { Steps } from './steps'
import { WayOn } from './way-on'

const EDGES: Record<Tone, string> = {
  plain: 'border-l-line-strong', accent: 'border-l-accent', ok: 'border-l-ok', warn: 'border-l-warn', bad: 'border-l-bad', prod: 'border-l-prod',
}

interface StatusPanelProps {
  plan: Plan
  run: Run | undefined
  runProblem: Problem | null
  standing: Standing
  onUndoPlan: (id: string) => void
}

export function StatusPanel({ plan, run, runProblem, standing, onUndoPlan }: StatusPanelProps) {
  const { t } = useLingui()
  const words = useStandingWords(plan, run, standing)
  const tone = TONES[standing.kind]
  const steps = useId()
  const denied = plan.state === 'denied'
  const waits = plan.state === 'ready' || plan.state === 'needs-approval'
  return (
    <div className={cx('min-w-0 rounded-lg border border-l-4 border-line bg-surface', EDGES[tone])}>
      <div className="grid gap-3 p-4">
        <div className="grid gap-1">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <p role="status" className="flex items-center gap-2 text-lg font-semibold"><Dot tone={tone} />{words.title}</p>
            {waits && <p className="text-xs text-ink-3"><Trans>expires <Time at={plan.expires_at} /></Trans></p>}
            {run?.ended_at !== undefined && <p className="text-xs text-ink-3"><Trans>ended <Time at={run.ended_at} /></Trans></p>}
          </div>
          <p className="max-w-prose text-sm text-ink-2">{words.text}</p>
        </div>
        {plan.state === 'running' && run !== undefined && <Progress run={run} />}
        {runProblem && <Partial failures={[{ name: t`how it went`, why: runProblem.detail }]} />}
        {denied && <Bound plan={plan} />}
        {denied && standing.can.edit && <WayOn plan={plan} />}
        <NotSaid plan={plan} />
        <PlanFacts plan={plan} />
        {run !== undefined && run.clusters.length > 0 && plan.state !== 'running' && <Left plan={plan} run={run} />}
      </div>
      {/* What is focused in it is scrolled clear of the buttons below and a phone's navigation. */}
      <section aria-labelledby={steps} className="border-t border-line [&_:is(a,button,summary)]:scroll-mb-36">
        <h2 id={steps} className="flex items-baseline gap-2 px-4 pt-3 text-sm font-semibold"><Trans>Steps</Trans><span className="text-xs font-normal text-ink-3 tabular-nums">{plan.steps.length}</span></h2>
        <Steps plan={plan} run={run} />
      </section>
      {/* After the change, and at the foot of the window while that is longer, above a phone's navigation; but not where
          the window is so low that the change would have no room left. */}
      <footer className="bottom-0 z-10 rounded-b-lg border-t border-line bg-surface px-4 py-3 empty:hidden max-md:bottom-12 [@media(min-height:32rem)]:sticky">
        <Actions plan={plan} standing={standing} onUndoPlan={onUndoPlan} beside={<Places plan={plan} />} />
      </footer>
    </div>
  )
}

/** What the run left on each cluster. */
function Left({ plan, run }: { plan: Plan; run: Run }) {
  return (
    <ul className="grid gap-1 border-t border-line pt-2 text-sm">
      {run.clusters.map((left) => (
        <li key={left.cluster} className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium"><Inert text={left.cluster} /></span>
          {plan.undone.includes(left.cluster) ? <StateWord state="undone" /> : <><StateWord state={left.state} /><span className="text-ink-2"><Inert text={left.text} /></span></>}
        </li>
      ))}
    </ul>
  )
}

function Progress({ run }: { run: Run }) {
  const { done, of } = runProgress(run)
  return <progress value={done} max={of} className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent" aria-hidden="true" />
}
