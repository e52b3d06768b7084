// What is broken on several clusters as one list: the worst first, each finding with its cluster, and with everything that
// was not looked at. Pure. That nothing is broken is said only where every cluster answered, could read all that one may see, and has no
// finding.
import { toProblem, type Problem } from '@/api/problem'
import type { Finding, Findings } from '@/api/types'
import { wasCut } from '@/features/finding/told'
import type { Failure } from '@/ui/states/state'

/** How far the question to one cluster has come. */
export interface Answered {
  cluster: string
  data: Findings | undefined
  error: unknown
}

export interface Found {
  cluster: string
  finding: Finding
}

export interface AllFindings {
  found: readonly Found[]
  /** How many more there are. */
  omitted: number
  /** Clusters that could not be looked at, or not anew, each in its own words. */
  lost: readonly Failure[]
  /** Parts of clusters that answered. */
  unseen: readonly Failure[]
  /** Whether some of these could be seen by whoever asks, and were not: a list failed, or was cut. */
  isCut: boolean
  /** Clusters that have not answered yet. */
  looking: readonly string[]
  /** Clusters that were not asked. */
  beyond: readonly string[]
}

const SEVERITIES: readonly string[] = ['critical', 'high', 'medium', 'low', 'info']
/** A word the console doesn't know comes last. */
const rank = ({ finding: { severity } }: Found): number => (SEVERITIES.includes(severity) ? SEVERITIES.indexOf(severity) : SEVERITIES.length)

export function allFindings(answered: readonly Answered[], beyond: readonly string[]): AllFindings {
  const found = answered.flatMap(({ cluster, data }) => (data?.findings ?? []).map((finding) => ({ cluster, finding })))
  const named = (cluster: string, what: string) => (answered.length + beyond.length > 1 ? `${cluster} / ${what}` : what)
  return {
    found: found.sort((a, b) => rank(a) - rank(b)),
    omitted: answered.reduce((sum, { data }) => sum + (data?.omitted ?? 0), 0),
    lost: answered.flatMap(({ cluster, error }) => (error == null ? [] : [{ name: cluster, why: toProblem(error).detail }])),
    unseen: answered.flatMap(({ cluster, data }) => (data?.unseen ?? []).map(({ what, why }) => ({ name: named(cluster, what), why }))),
    isCut: answered.some(({ data }) => data !== undefined && wasCut(data)),
    looking: answered.filter(({ data, error }) => data === undefined && error == null).map(({ cluster }) => cluster),
    beyond,
  }
}

/** Every cluster in the scope answered with all that one may see, and none has a finding. */
export const isAllWell = ({ found, looking, lost, beyond, isCut }: AllFindings): boolean =>
  !isCut && [found, looking, lost, beyond].every(({ length }) => length === 0)

/** Whether there is anything to show yet: before the first answer there is not. */
const isKnown = ({ found, looking, lost }: AllFindings): boolean => looking.length === 0 || found.length > 0 || lost.length > 0

/**
 * What the card shows, or why it shows nothing. One cluster's problem is the card's, with all that is known of it; of several
 * each has its words beside what the others answered, unless it is the host that does not answer.
 */
export function shown(answered: readonly Answered[], beyond: readonly string[]): { data: AllFindings | undefined; problem: Problem | null } {
  const all = allFindings(answered, beyond)
  const problems = answered.flatMap(({ data, error }) => (data === undefined && error != null ? [toProblem(error)] : []))
  const [first] = problems
  const isOne = answered.length === 1 && beyond.length === 0
  if (first !== undefined && problems.length === answered.length && (isOne || problems.every(({ code }) => code === 'host-unreachable'))) return { data: undefined, problem: first }
  return { data: isKnown(all) ? all : undefined, problem: null }
}
