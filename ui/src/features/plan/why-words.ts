// How a touched object is reached, in plain words.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { Why } from './shapes'

export const WHY: Record<Why, MessageDescriptor> = {
  written: msg`changed by a step`,
  owned: msg`belongs to it`,
  selects: msg`selects its pods`,
  scales: msg`scales it`,
  uses: msg`uses it`,
  inside: msg`lives in it`,
  replaces: msg`makes another in its place`,
}
