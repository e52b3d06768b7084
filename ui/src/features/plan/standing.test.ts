import { expect, test } from 'vitest'
import type { Plan, PlanState, Run } from '@/api/types'
import { example } from '@/testing/recorded'
import { standingOf, undoable, wantsSecondLook, type Viewer } from './standing'

const plan = example<Plan>('GET', '/api/v1/plans/{id}')
const run = example<Run>('GET', '/api/v1/runs/{id}')
const [part] = plan.parts
if (part?.approval == null) throw new Error('the recorded plan has no approval')
const { approval } = part

const waiting = (fields: Partial<Plan> = {}): Plan => ({
  ...plan, state: 'needs-approval',
  parts: [{ ...part, approval: { ...approval, tally: { tally: 'waiting', missing: [{ groups: [], votes: 1 }] } as never } }],
  ...fields,
})
/** Somebody in no group, with the recorded plan's cluster. */
const who = (name: string, groups: string[] = [], clusters = ['demo', 'stage']): Viewer => ({ name, groups, clusters })
const back = (as: object): Plan => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, reversibility: as as never })) })

test('nobody is offered to approve his own plan, and whoever else may is', () => {
  expect(standingOf(waiting(), undefined, who('mira'))).toMatchObject({ kind: 'waits-for-others', approvable: [], can: { reject: true, execute: false } })
  expect(standingOf(waiting(), undefined, who('jon'))).toMatchObject({ kind: 'your-vote', can: { reject: true, execute: false, edit: false } })
})

test('only who is in a group that is asked for, and has the cluster, is offered to approve', () => {
  const asking = (...groups: string[][]) =>
    waiting({ parts: [{ ...part, approval: { ...approval, tally: { tally: 'waiting', missing: groups.map((each) => ({ groups: each, votes: 1 })) } as never } }] })
  const kind = (of: Plan, viewer: Viewer) => standingOf(of, undefined, viewer).kind
  expect(kind(asking(['sre']), who('jon', ['sre']))).toBe('your-vote')
  expect(standingOf(asking(['sre']), undefined, who('jon', ['shop-team']))).toMatchObject({ kind: 'waits-for-others', approvable: [], can: { reject: true } })
  expect(kind(asking(['sre'], ['shop-team']), who('jon', ['shop-team']))).toBe('your-vote')
  expect(kind(asking(['sre'], []), who('jon'))).toBe('your-vote')
  expect(kind(asking([]), who('jon', [], ['other']))).toBe('waits-for-others')
})

test('a no is given for a part that has none of this person’s votes yet', () => {
  const votes = [{ voter: 'jon', choice: 'approve' as const, at: plan.created_at }]
  const [open] = waiting().parts
  if (open?.approval == null) throw new Error('the recorded plan has no approval')
  const both = waiting({ parts: [{ ...open, approval: { ...open.approval, votes } }, { ...open, cluster: 'stage' }] })
  expect(standingOf(both, undefined, who('jon'))).toMatchObject({ stoppable: { cluster: 'stage' }, can: { reject: true } })
})

test('somebody who approved already is not asked again', () => {
  const votes = [{ voter: 'jon', choice: 'approve' as const, at: plan.created_at }]
  const voted = waiting({ parts: waiting().parts.map((each) => ({ ...each, approval: each.approval && { ...each.approval, votes } })) })
  expect(standingOf(voted, undefined, who('jon'))).toMatchObject({ kind: 'voted', approvable: [] })
})

test('where one person is alone, his own confirmation is asked for', () => {
  const alone = waiting({ parts: [{ ...part, approval: { ...approval, tally: { tally: 'confirmation-missing' } as never } }] })
  expect(standingOf(alone, undefined, who('mira'))).toMatchObject({ kind: 'confirm', approvable: [{ cluster: 'demo' }] })
})

test('of several parts only those that wait are approved', () => {
  const met = { ...part, cluster: 'stage' }
  const both = waiting({ parts: [...waiting().parts, met] })
  expect(standingOf(both, undefined, who('jon')).approvable.map(({ cluster }) => cluster)).toEqual(['demo'])
})

test('only the requester runs a plan, and only where the mode lets plans run', () => {
  expect(standingOf(plan, undefined, who('mira'))).toMatchObject({ kind: 'ready', can: { execute: true } })
  expect(standingOf(plan, undefined, who('jon'))).toMatchObject({ kind: 'ready-for-requester', can: { execute: false } })
  expect(standingOf({ ...plan, mode: 'suggest-only' }, undefined, who('mira'))).toMatchObject({ kind: 'held-by-mode', can: { execute: false } })
})

test.each<[PlanState, Partial<Plan>, Partial<Run> | undefined, string]>([
  ['running', {}, undefined, 'starting'],
  ['running', {}, { state: 'running' }, 'running'],
  ['running', {}, { state: 'running', cancel_requested: true }, 'cancelling'],
  ['running', {}, { state: 'settling' }, 'settling'],
  ['failed', { stands: [] }, { state: 'failed' }, 'failed'],
  ['failed', { stands: ['demo'] }, { state: 'failed' }, 'partly-failed'],
  ['failed', { stands: [] }, { state: 'cancelled' }, 'cancelled'],
  ['indeterminate', {}, { state: 'indeterminate' }, 'lost-contact'],
  ['succeeded', { stands: ['demo'] }, { state: 'succeeded' }, 'succeeded'],
  ['succeeded', { stands: ['demo'] }, { state: 'succeeded', steps: run.steps.map((step) => ({ ...step, settled: false })) }, 'not-settled'],
  ['succeeded', { stands: ['demo'], undone: ['stage'] }, { state: 'succeeded' }, 'partly-undone'],
  ['undone', { undone: ['demo'] }, { state: 'succeeded' }, 'undone'],
  ['expired', {}, undefined, 'expired'],
  ['stale', {}, undefined, 'stale'],
  ['denied', {}, undefined, 'denied'],
  ['rejected', {}, undefined, 'rejected'],
])('%s with %o and a run %o is told as %s', (state, fields, of, kind) => {
  const shown = of === undefined ? undefined : { ...run, ...of }
  expect(standingOf({ ...plan, state, ...fields }, shown, who('mira')).kind).toBe(kind)
})

test('an old plan is refreshed, never run; a denied one may be edited', () => {
  expect(standingOf({ ...plan, state: 'stale' }, undefined, who('mira')).can).toMatchObject({ refresh: true, execute: false, edit: true })
  expect(standingOf({ ...plan, state: 'denied' }, undefined, who('mira')).can).toMatchObject({ refresh: false, edit: true, reject: false })
})

test('what stands is taken back by its requester, unless nothing of it can be', () => {
  const done: Partial<Plan> = { state: 'succeeded', stands: ['demo'] }
  expect(standingOf({ ...plan, ...done }, run, who('mira')).can.undo).toBe(true)
  expect(standingOf({ ...plan, ...done }, run, who('jon')).can.undo).toBe(false)
  expect(standingOf({ ...back({ class: 'none', because: 'the pods are gone' }), ...done }, run, who('mira')).can.undo).toBe(false)
})

test('a second look is asked for where it weighs much or can not be taken back', () => {
  expect(wantsSecondLook(plan)).toBe(false)
  expect(wantsSecondLook(back({ class: 'none', because: 'x' }))).toBe(true)
  expect(wantsSecondLook({ ...plan, risk: { level: 'critical', score: 90, reasons: [] } })).toBe(true)
  expect(undoable(back({ class: 're-made' }))).toBe('partly')
})
