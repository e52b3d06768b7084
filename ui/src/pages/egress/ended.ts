// How a request ended, in plain words, and what can be done about one that was refused. The host's words are stable codes; one
// the console doesn't know is shown as it came.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { EgressRequest } from '@/api/egress'
import type { Fate } from './search'

const FAILED: Record<string, MessageDescriptor> = {
  cancelled: msg`stopped before the end`,
  unreachable: msg`not reached`,
  timeout: msg`no answer in time`,
  limit: msg`more than is allowed at once`,
  ending: msg`the host was ending`,
}

export const REFUSED: Record<string, MessageDescriptor> = {
  'not-bound': msg`the destination is closed`,
  'air-gapped': msg`this host is air-gapped`,
  'not-declared': msg`the component never said that it goes there`,
  address: msg`it leads to an address that may not be reached`,
  path: msg`it leaves the path it is bound to`,
  header: msg`it carries a header that components may not send`,
  redirect: msg`the answer points to somewhere else`,
  'data-class': msg`data of that sort may not go there`,
  encoding: msg`the answer is in a form nobody asked for`,
  credential: msg`its credential is not where it should be`,
}

/** The next step, where a command is one. `%` is the destination. */
const STEPS: Record<string, string> = {
  'not-bound': 'kubechat egress bind % URL',
  address: 'kubechat egress bind % URL --internal',
  'data-class': 'kubechat egress bind % URL --data prompts,objects,logs',
  unreachable: 'kubechat egress test %',
}

export const fateOf = ({ ended }: Pick<EgressRequest, 'ended'>): Fate =>
  ended === 'complete' ? 'answered' : ended in REFUSED ? 'refused' : 'failed'

/** Why, or null where it was answered. */
export const whyOf = ({ ended }: Pick<EgressRequest, 'ended'>): MessageDescriptor | string | null =>
  ended === 'complete' ? null : (REFUSED[ended] ?? FAILED[ended] ?? ended)

export const stepOf = ({ ended, destination }: Pick<EgressRequest, 'ended' | 'destination'>): string | null =>
  STEPS[ended]?.replace('%', destination) ?? null
