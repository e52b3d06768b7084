// Which plans can be made for objects of a kind, as the host's typed operations. It writes nothing: the host makes a plan of
// them, and people decide there. What a kind can't do is not offered; whether one may is the plan's to say.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { ObjectAt } from '@/api/keys'
import type { Operation } from '@/api/types'
import { targetOf } from './gvr'

export interface Offer {
  op: 'restart' | 'scale' | 'rollout-undo' | 'rollout-pause' | 'rollout-resume' | 'suspend' | 'resume' | 'cordon' | 'uncordon' | 'drain' | 'delete'
  name: MessageDescriptor
  /** Takes something away. */
  isDanger?: true
}

const RESTART: Offer = { op: 'restart', name: msg`Restart` }
const SCALE: Offer = { op: 'scale', name: msg`Scale` }
const DELETE: Offer = { op: 'delete', name: msg`Delete`, isDanger: true }

const BY_KIND: Record<string, readonly Offer[]> = {
  'deployments.apps': [
    RESTART, SCALE,
    { op: 'rollout-undo', name: msg`Back to the revision before` },
    { op: 'rollout-pause', name: msg`Pause the rollout` },
    { op: 'rollout-resume', name: msg`Resume the rollout` },
  ],
  'statefulsets.apps': [RESTART, SCALE],
  'daemonsets.apps': [RESTART],
  'replicasets.apps': [SCALE],
  'cronjobs.batch': [{ op: 'suspend', name: msg`Suspend` }, { op: 'resume', name: msg`Resume` }],
  'jobs.batch': [{ op: 'suspend', name: msg`Suspend` }, { op: 'resume', name: msg`Resume` }],
  nodes: [{ op: 'cordon', name: msg`Cordon` }, { op: 'uncordon', name: msg`Uncordon` }, { op: 'drain', name: msg`Drain` }],
}

/** `verbs` are the kind's own; without them everything is offered and the host says what is not possible. */
export function offersFor(gvr: string, verbs?: readonly string[]): readonly Offer[] {
  const may = (verb: string) => verbs === undefined || verbs.includes(verb)
  return [...(may('patch') ? (BY_KIND[gvr] ?? []) : []), ...(may('delete') ? [DELETE] : [])]
}

export function operationsOf(op: Offer['op'], objects: readonly ObjectAt[], replicas: number): Operation[] {
  return objects.map((at) => {
    const aimed = { cluster: at.cluster, target: targetOf(at) }
    return op === 'scale' ? { op, ...aimed, replicas } : { op, ...aimed }
  })
}

/** Both texts go to the host, which compares them and sends what was changed and nothing else. */
export const editOf = (at: ObjectAt, base: string, wanted: string): Operation => ({ op: 'edit', cluster: at.cluster, target: targetOf(at), base, wanted })
