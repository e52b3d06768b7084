// Where the plan stands, spoken once when it changes, with what may be done now and what a run left on each cluster.
import { Trans, useLingui } from '@lingui/react/macro'
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
import { PlanFacts } from './facts'
import type { Standing } from './standing'
import { TONES, useStandingWords } from './standing-words'

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
  const waits = plan.state === 'ready' || plan.state === 'needs-approval'
  return (
    <section className={cx('grid min-w-0 gap-3 rounded-lg border border-l-4 border-line bg-surface p-4', EDGES[tone])}>
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
      <PlanFacts plan={plan} />
      <Actions plan={plan} standing={standing} onUndoPlan={onUndoPlan} />
      {run !== undefined && run.clusters.length > 0 && plan.state !== 'running' && (
        <ul className="grid gap-1 border-t border-line pt-2 text-sm">
          {run.clusters.map((left) => (
            <li key={left.cluster} className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium"><Inert text={left.cluster} /></span>
              {plan.undone.includes(left.cluster) ? <StateWord state="undone" /> : <><StateWord state={left.state} /><span className="text-ink-2"><Inert text={left.text} /></span></>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Progress({ run }: { run: Run }) {
  const { done, of } = runProgress(run)
  return <progress value={done} max={of} className="h-1.5 w-full accent-[var(--accent)]" aria-hidden="true" />
}
