// What policy says about a plan, worst first: what is wrong, what it does to the plan, and what to change.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan, PlanPart } from '@/api/types'
import { Card } from '@/ui/card'
import { Chip, type Tone } from '@/ui/chip'
import { Code } from '@/ui/code'
import { Quoted } from '@/ui/quoted'
import { PartHeading } from './part-heading'
import { outcomeOf, verdictsOf, type Outcome, type Verdict } from './shapes'

const OUTCOMES: Record<Outcome['outcome'], [ReactNode, Tone]> = {
  pass: [<Trans key="p">lets it run</Trans>, 'ok'],
  require: [<Trans key="r">wants approval</Trans>, 'warn'],
  deny: [<Trans key="d">refuses it</Trans>, 'bad'],
}

/** No rule has anything to say. */
export const isPolicyQuiet = ({ parts }: Plan): boolean => parts.every((part) => verdictsOf(part).length === 0 && outcomeOf(part).outcome === 'pass')

export function Policy({ plan }: { plan: Plan }) {
  const [only] = plan.parts
  return (
    <Card title={<Trans>Policy</Trans>} aside={plan.parts.length === 1 && only && <OutcomeChip part={only} />}>
      <div className="grid gap-3 px-4 py-3">{plan.parts.map((part) => <OfPart key={part.cluster} plan={plan} part={part} />)}</div>
    </Card>
  )
}

function OutcomeChip({ part }: { part: PlanPart }) {
  const [word, tone] = OUTCOMES[outcomeOf(part).outcome]
  return <Chip tone={tone}>{word}</Chip>
}

function OfPart({ plan, part }: { plan: Plan; part: PlanPart }) {
  const verdicts = verdictsOf(part)
  return (
    <div className="grid gap-2 text-sm">
      <div className="flex items-center justify-between gap-2 empty:hidden"><PartHeading plan={plan} cluster={part.cluster} />{plan.parts.length > 1 && <OutcomeChip part={part} />}</div>
      {verdicts.length === 0 && <p className="text-ink-2"><Trans>No rule has anything to say about this.</Trans></p>}
      <ul className="grid gap-3 empty:hidden">{verdicts.map((verdict) => <OfVerdict key={`${verdict.pack} ${verdict.rule} ${verdict.sentence}`} verdict={verdict} />)}</ul>
    </div>
  )
}

function OfVerdict({ verdict }: { verdict: Verdict }) {
  return (
    <li className="grid gap-1">
      <p className="font-medium"><Quoted text={verdict.sentence} /></p>
      <p className="text-ink-2"><Quoted text={verdict.remedy} /></p>
      <p className="flex flex-wrap items-center gap-1.5"><EffectChip verdict={verdict} /><Code text={verdict.rule} /></p>
    </li>
  )
}

function EffectChip({ verdict: { effect, enforced } }: { verdict: Verdict }) {
  if (!enforced) return <Chip><Trans>only watched, does not bind</Trans></Chip>
  switch (effect.effect) {
    case 'note': return <Chip><Trans>for information</Trans></Chip>
    case 'warn': return <Chip tone="warn"><Trans>warns</Trans></Chip>
    case 'deny': return <Chip tone="bad"><Trans>refuses it</Trans></Chip>
    case 'require': return effect.groups.length === 0
      ? <Chip tone="warn"><Trans>wants {effect.count} to approve</Trans></Chip>
      : <Chip tone="warn"><Trans>wants {effect.count} of {effect.groups.join(', ')} to approve</Trans></Chip>
  }
}
