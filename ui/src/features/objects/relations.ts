// The host's relations in plain words.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { components } from '@/api/schema'

export type Relation = components['schemas']['Related']['relations'][number]['relation']

export const RELATIONS: Record<Relation, MessageDescriptor> = {
  owner: msg`Owned by`,
  dependent: msg`Owns`,
  service: msg`Reached through the Service`,
  route: msg`Routed to by`,
  autoscaler: msg`Scaled by`,
  budget: msg`Protected by the disruption budget`,
  'network-policy': msg`Network policies that select it`,
  'refers-to': msg`Refers to`,
  node: msg`Runs on`,
  storage: msg`Storage`,
  selects: msg`Selects`,
  target: msg`Aims at`,
  runs: msg`Runs`,
  'used-by': msg`Used by`,
  holds: msg`Holds`,
}
