// A plan as a card, for where people talk: what would happen, how risky, what else this touches, what to do now. Everything
// else stands on the plan's own page. `id` is all it takes; it reads, follows the stream and acts by itself.
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import type { Plan, Run } from '@/api/types'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Actions } from './actions'
import { Bound } from './bound'
import { Diff } from './diff'
import { PlanFacts } from './facts'
import { NotSaid } from './not-said'
import { Places } from './places'
import { ReadPlan } from './read-plan'
import { StepProgress } from './step-progress'
import { standingOf, type Viewer } from './standing'
import { TONES, useStandingWords } from './standing-words'
import { usePlan } from './use-plan'
import { useUndoPlan } from './use-undo-plan'
import { WayOn } from './way-on'

/** States that policy holds a plan in. */
const HELD: ReadonlySet<Plan['state']> = new Set(['denied', 'needs-approval'])
const STEPS_SHOWN = 3
const DIFF_LINES = 6

interface CardProps {
  id: string
  /** It was just asked for, so it is brought into view, with its buttons, when it is there. */
  reveal?: boolean
}

export function PlanCard({ id, reveal = false }: CardProps) {
  const { plan, run, me } = usePlan(id)
  return <ReadPlan query={plan} lines={4}>{(shown) => <CardOf plan={shown} run={run} me={me} reveal={reveal} />}</ReadPlan>
}

function CardOf({ plan, run, me, reveal }: { plan: Plan; run: Run | undefined; me: Viewer; reveal: boolean }) {
  const { t } = useLingui()
  const id = useId()
  const own = useRef<HTMLElement>(null)
  useEffect(() => { if (reveal) own.current?.scrollIntoView({ block: 'nearest' }) }, [reveal])
  const [made, setMade] = useState<string | null>(null)
  const found = useUndoPlan(plan)
  const undoPlan = made ?? found
  const standing = standingOf(plan, run, me)
  const words = useStandingWords(plan, run, standing)
  const more = plan.steps.length - STEPS_SHOWN
  return (
    <>
      <article ref={own} aria-labelledby={id} className="grid min-w-0 scroll-my-16 gap-3 rounded-lg border border-line bg-surface p-4">
        <header className="grid gap-1">
          <div className="flex items-center justify-between gap-3">
            <p id={id} role="status" className="flex min-w-0 items-center gap-2 text-sm font-semibold"><Dot tone={TONES[standing.kind]} />{words.title}</p>
            <Link to="/plans/$id" params={{ id: plan.id }} className="touch -my-1 inline-flex pointer-coarse:-my-3 pointer-coarse:-mr-3 pointer-coarse:px-3 shrink-0 items-center justify-center rounded-md px-2 py-1 text-sm text-ink-2 hover:bg-hover hover:text-ink"><Trans>Open</Trans></Link>
          </div>
          <p className="text-sm"><Places plan={plan} /></p>
        </header>
        <ol className="grid gap-2">
          {plan.steps.slice(0, STEPS_SHOWN).map((step) => (
            <li key={step.index} className="grid min-w-0 gap-1.5">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3 text-base"><Inert text={step.sentence} />
                <StepProgress step={run?.steps.find((each) => each.index === step.index)} />
              </p>
              <Diff changes={step.diff} max={DIFF_LINES} label={t`What the server would change`} />
            </li>
          ))}
        </ol>
        {more > 0 && <p className="text-sm text-ink-2"><Trans>and {more} more steps</Trans></p>}
        <NotSaid plan={plan} />
        <PlanFacts plan={plan} />
        <p className="text-sm text-ink-2">{words.text}</p>
        {HELD.has(plan.state) && <Bound plan={plan} />}
        {plan.state === 'denied' && standing.can.edit && <WayOn plan={plan} />}
        <Actions plan={plan} standing={standing} onUndoPlan={setMade} />
      </article>
      {undoPlan !== null && (
        <div className="mt-3 grid gap-2 border-l-2 border-line-strong pl-3">
          <p className="text-sm text-ink-2"><Trans>Takes the plan above back. It is a plan of its own, with its own preview.</Trans></p>
          <PlanCard id={undoPlan} reveal={made !== null} />
        </div>
      )}
    </>
  )
}
