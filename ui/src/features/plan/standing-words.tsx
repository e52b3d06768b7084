// Where a plan stands, in one sentence and what follows from it. Says; the buttons are elsewhere.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Plan, Run } from '@/api/types'
import { runProgress } from '@/stream/plans'
import type { Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { tallyOf, type MissingVotes } from './shapes'
import type { Standing, StandingKind } from './standing'

export const TONES: Record<StandingKind, Tone> = {
  denied: 'bad', 'your-vote': 'warn', confirm: 'warn', 'waits-for-others': 'warn', voted: 'warn',
  ready: 'accent', 'ready-for-requester': 'accent', 'held-by-mode': 'warn',
  rejected: 'bad', expired: 'plain', stale: 'warn',
  starting: 'accent', running: 'accent', settling: 'accent', cancelling: 'accent',
  succeeded: 'ok', 'not-settled': 'warn', failed: 'bad', 'partly-failed': 'bad', cancelled: 'plain', 'lost-contact': 'warn',
  undone: 'plain', 'partly-undone': 'plain',
}

export interface Words {
  title: ReactNode
  text: ReactNode
}

const missingOf = (plan: Plan): MissingVotes[] =>
  plan.parts.flatMap((part) => {
    const tally = tallyOf(part)
    return tally?.tally === 'waiting' ? tally.missing : []
  })

const vetoedBy = (plan: Plan): string => {
  const veto = plan.parts.flatMap((part) => part.approval?.votes ?? []).find((vote) => vote.choice === 'reject')
  return veto?.voter ?? ''
}

const groupsOf = (plan: Plan): string => [...new Set(missingOf(plan).flatMap((each) => each.groups))].join(', ')

/** Who has to say yes, in words. */
export function useMissing(plan: Plan): string {
  const { t } = useLingui()
  const missing = missingOf(plan)
  const votes = missing.reduce((sum, each) => sum + each.votes, 0)
  const groups = groupsOf(plan)
  const count = plural(votes, { one: '# approval is missing', other: '# approvals are missing' })
  return groups === '' ? count : t`${count}, from: ${groups}`
}

/** Why this person can't decide, and who can. */
function waitsForOthers(plan: Plan, { own }: Standing, missing: string): Words {
  const { requester } = plan
  const groups = groupsOf(plan)
  if (!own && missingOf(plan).length === 0) return { title: <Trans>Waits for {requester} to confirm</Trans>, text: <Trans>Nothing runs until then.</Trans> }
  const title = <Trans>Waits for others: {missing}</Trans>
  if (own) return { title, text: <Trans>You cannot approve your own plan. It is in the inbox of whoever may; you can also send them the link to this page.</Trans> }
  return {
    title,
    text: groups === ''
      ? <Trans>Whoever else has its cluster here can approve it. You do not have it, so your approval would not count.</Trans>
      : <Trans>Members of {groups} who have its cluster here can approve it. Your approval would not count.</Trans>,
  }
}

export function useStandingWords(plan: Plan, run: Run | undefined, standing: Standing): Words {
  const missing = useMissing(plan)
  const progress = run === undefined ? { done: 0, of: plan.steps.length } : runProgress(run)
  const { done, of } = progress
  const at = Math.min(done + 1, of)
  const requester = plan.requester
  const failed = run?.steps.filter((step) => step.state === 'failed' || step.state === 'skipped').length ?? 0
  const problem = plan.problem ? <Inert text={plan.problem.detail} /> : null
  const veto = vetoedBy(plan)
  const words: Record<StandingKind, Words> = {
    denied: { title: <Trans>Policy does not let this run</Trans>, text: <Trans>What to change stands with each rule. No approval helps.</Trans> },
    'your-vote': { title: <Trans>{requester} asks for your approval</Trans>, text: <Trans>Look at what changes and what else this touches. Your approval counts for exactly what is shown here.</Trans> },
    confirm: { title: <Trans>Needs your confirmation</Trans>, text: <Trans>You are alone here by configuration, so your own explicit word stands in for a second person.</Trans> },
    'waits-for-others': waitsForOthers(plan, standing, missing),
    voted: { title: <Trans>You approved this. {missing}</Trans>, text: <Trans>Nothing runs until then.</Trans> },
    ready: { title: <Trans>Ready to run</Trans>, text: <Trans>Nothing has been changed yet. It is checked against the cluster once more before its first step.</Trans> },
    'ready-for-requester': { title: <Trans>Ready; {requester} can run it</Trans>, text: <Trans>A plan runs with the rights of whoever asked for it, and only they run it.</Trans> },
    'held-by-mode': { title: <Trans>Ready, but this cluster takes no changes from here</Trans>, text: <Trans>Its mode lets plans be made, not run. The lines for kubectl stand below.</Trans> },
    rejected: { title: veto === '' ? <Trans>Rejected</Trans> : <Trans>Rejected by {veto}</Trans>, text: <Trans>It will not run. Ask anew for something smaller or different.</Trans> },
    expired: { title: <Trans>Expired, nobody ran it in time</Trans>, text: <Trans>This is not a no. Refresh it: everything is computed anew.</Trans> },
    stale: { title: <Trans>Stale: the cluster changed since this was computed</Trans>, text: problem ?? <Trans>Refresh it: everything is computed anew.</Trans> },
    starting: { title: <Trans>Starting</Trans>, text: <Trans>The host has taken it. You can leave this page and come back.</Trans> },
    running: { title: <Trans>Running step {at} of {of}</Trans>, text: <Trans>You can leave this page and come back; the run goes on.</Trans> },
    settling: { title: <Trans>All written; waiting until the cluster has settled</Trans>, text: <Trans>You can leave this page and come back.</Trans> },
    cancelling: { title: <Trans>Stopping after the step under way</Trans>, text: <Trans>What was written stays; it can be undone afterwards.</Trans> },
    succeeded: { title: <Trans>Done</Trans>, text: <Trans>Every step was written and has settled as planned.</Trans> },
    'not-settled': { title: <Trans>Written, but not settled</Trans>, text: <Trans>Every step was written. How far each came until we stopped watching stands with it; look at what it started.</Trans> },
    failed: { title: <Trans>Failed; nothing of it stands</Trans>, text: problem ?? <Trans>What happened stands with its step.</Trans> },
    'partly-failed': { title: <Trans>Partly failed: {failed} of {of} steps</Trans>, text: problem ?? <Trans>What was written stands and can be undone. What happened stands with each step.</Trans> },
    cancelled: { title: <Trans>Stopped on request</Trans>, text: plan.stands.length > 0 ? <Trans>What was written before stands and can be undone.</Trans> : <Trans>Nothing of it stands.</Trans> },
    'lost-contact': { title: <Trans>We lost contact, check</Trans>, text: problem ?? <Trans>A write was sent and no answer came. Look at the object before you do anything about it.</Trans> },
    undone: { title: <Trans>Undone</Trans>, text: <Trans>A later plan took this back.</Trans> },
    'partly-undone': { title: <Trans>Undone on some clusters</Trans>, text: <Trans>Still standing on: {plan.stands.join(', ')}</Trans> },
  }
  return words[standing.kind]
}
