// What hangs on an object, of the relations the host tells: of which kinds that is worth a question, and whom to look at first
// where not all can be. Pure.
import type { components } from '@/api/schema'
import { toneOf } from './tone'

export type Related = components['schemas']['Related']
export type Dependant = Related['relations'][number]['items'][number]

/** As many dependants as are asked for their events. */
export const DEPENDANTS_MAX = 6

const OWNERS: ReadonlySet<string> = new Set([
  'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps', 'jobs.batch', 'cronjobs.batch', 'replicationcontrollers',
])

/** Workloads, and custom kinds, which may have made anything. */
export function mayHaveDependants(gvr: string): boolean {
  const group = gvr.slice(gvr.indexOf('.') + 1)
  return OWNERS.has(gvr) || (gvr.includes('.') && group.includes('.') && !group.endsWith('.k8s.io'))
}

export const dependantsOf = (related: Related | undefined): readonly Dependant[] => related?.relations.find(({ relation }) => relation === 'dependent')?.items ?? []

/** Those in trouble first, then pods, because what goes wrong is said of them. */
export function worstFirst(dependants: readonly Dependant[]): Dependant[] {
  const weight = ({ kind, state }: Dependant): number => {
    const tone = toneOf(state)
    return (tone === 'bad' ? 0 : tone === 'warn' ? 1 : 2) * 2 + (kind === 'Pod' ? 0 : 1)
  }
  return [...dependants].sort((a, b) => weight(a) - weight(b))
}
