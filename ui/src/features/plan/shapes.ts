// What the API's description leaves open ("depends on its kind"), as types: where votes stand, what policy says, how far a
// step can be taken back, where a plan came from, what it touches. The host's shape is trusted, its text is not. Pure; the
// only casts of this feature stand here.
import type { Plan, PlanPart, Risk, Step, StepRun } from '@/api/types'

export interface Requirement {
  groups: string[]
  count: number
}

export interface MissingVotes {
  /** Whose votes count; nobody named means anyone but the requester. */
  groups: string[]
  votes: number
}

export type Tally =
  | { tally: 'met' | 'confirmation-missing' | 'expired' | 'denied' }
  | { tally: 'waiting'; missing: MissingVotes[] }
  | { tally: 'vetoed'; by: string }

export type Outcome = { outcome: 'pass' | 'deny' } | { outcome: 'require'; requirements: Requirement[]; confirm_only: boolean }

export interface Verdict {
  pack: string
  rule: string
  severity: string
  sentence: string
  remedy: string
  effect: { effect: 'note' | 'warn' | 'deny' } | ({ effect: 'require' } & Requirement)
  enforced: boolean
}

export type Reversibility =
  | { class: 'exact' | 're-made' }
  | { class: 'partial'; lost: string[] }
  | { class: 'none'; because: string }

export type Origin =
  | { origin: 'turn'; turn: string }
  | { origin: 'api' }
  | { origin: 'finding'; rule: string }
  | { origin: 'undo'; run: string }

export interface ObjectName {
  type: { group: string; version: string; kind: string; plural: string; namespaced: boolean }
  namespace?: string
  name: string
}

export type Why = 'written' | 'owned' | 'selects' | 'scales' | 'uses' | 'inside' | 'replaces'

export interface Touched {
  cluster: string
  object: ObjectName
  why: Why
}

export interface FieldChange {
  path: string
  before?: unknown
  after?: unknown
}

export const tallyOf = (part: PlanPart): Tally | null => (part.approval?.tally ?? null) as unknown as Tally | null
export const outcomeOf = (part: PlanPart): Outcome => part.decision.outcome as unknown as Outcome
export const verdictsOf = (part: PlanPart): Verdict[] => part.decision.verdicts as unknown as Verdict[]
export const reversibilityOf = (step: Step): Reversibility => step.reversibility as unknown as Reversibility
export const originOf = (plan: Plan): Origin => plan.origin as unknown as Origin
export const surprisesOf = (step: StepRun): FieldChange[] => (step.surprises ?? []) as unknown as FieldChange[]
export const touchedOf = (items: readonly { cluster: string; object: unknown; why: string }[]): Touched[] => items as unknown as Touched[]
export const listedOf = (part: PlanPart): Touched[] =>
  (part.radius.listed as unknown as Omit<Touched, 'cluster'>[]).map((each) => ({ ...each, cluster: part.cluster }))

/** `Deployment shop/web` as its parts; the host writes cluster-wide objects without a namespace. */
export function objectParts(object: string): { kind: string; namespace: string | null; name: string } {
  const [, kind = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(object) ?? [null, '', object]
  const slash = rest.indexOf('/')
  return slash === -1 ? { kind, namespace: null, name: rest } : { kind, namespace: rest.slice(0, slash), name: rest.slice(slash + 1) }
}

/** The reason that weighs most; levels are said with it. */
export const decidingReason = (risk: Risk): Risk['reasons'][number] | null =>
  risk.reasons.reduce<Risk['reasons'][number] | null>((most, each) => (most === null || each.points > most.points ? each : most), null)
