// Votes on each part of a plan: who said what, what is missing, until when it holds. Voting itself is with the actions.
import { Plural, Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan, PlanPart } from '@/api/types'
import { Card } from '@/ui/card'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { PartHeading } from './part-heading'
import { outcomeOf, tallyOf } from './shapes'

/** None is needed, and nobody voted. */
export const isApprovalQuiet = ({ parts }: Plan): boolean =>
  parts.every((part) => tallyOf(part)?.tally === 'met' && outcomeOf(part).outcome === 'pass' && part.approval?.votes.length === 0)

export function Approvals({ plan }: { plan: Plan }) {
  return (
    <Card title={<Trans>Approval</Trans>}>
      <div className="grid gap-3 px-4 py-3">
        {plan.parts.map((part) => (
          <div key={part.cluster} className="grid gap-1.5 text-sm">
            <PartHeading plan={plan} cluster={part.cluster} />
            <Standing part={part} />
            <ul className="grid gap-1 empty:hidden">
              {part.approval?.votes.map((vote) => (
                <li key={`${vote.voter} ${vote.at}`} className="flex flex-wrap items-center gap-x-2">
                  <Dot tone={vote.choice === 'approve' ? 'ok' : 'bad'} />
                  <span>{vote.choice === 'approve' ? <Trans><Inert text={vote.voter} /> approved</Trans> : <Trans><Inert text={vote.voter} /> rejected</Trans>}</span>
                  <span className="text-xs text-ink-3"><Time at={vote.at} /></span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Card>
  )
}

function Standing({ part }: { part: PlanPart }) {
  const tally = tallyOf(part)
  const say = (words: ReactNode) => <p className="text-ink-2">{words}</p>
  if (tally === null) return say(<Trans>No vote was asked for.</Trans>)
  switch (tally.tally) {
    case 'met': return say(outcomeOf(part).outcome === 'pass' ? <Trans>None needed: it may run on the requester's word.</Trans> : <Trans>All approvals are there.</Trans>)
    case 'confirmation-missing': return say(<Trans>The requester's own confirmation is missing.</Trans>)
    case 'vetoed': return say(<Trans>Somebody said no, which ends it.</Trans>)
    case 'expired': return say(<Trans>Time ran out. That is not a no.</Trans>)
    case 'denied': return say(<Trans>Policy refuses it; no vote helps.</Trans>)
    case 'waiting': return (
      <ul className="grid gap-0.5 text-ink-2">
        {tally.missing.map((missing) => (
          <li key={missing.groups.join()}>
            {missing.groups.length === 0
              ? <Plural value={missing.votes} one="# approval is missing, from anybody but the requester" other="# approvals are missing, from anybody but the requester" />
              : <Trans><Plural value={missing.votes} one="# approval is missing" other="# approvals are missing" />, from: {missing.groups.join(', ')}</Trans>}
          </li>
        ))}
      </ul>
    )
  }
}
