// How a touched object is reached, in plain words.
import { msg } from '@lingui/core/macro'
import type { I18n, MessageDescriptor } from '@lingui/core'
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

/** A word the console doesn't know is shown as it came. */
export const whyWord = (i18n: I18n, why: string): string => (Object.hasOwn(WHY, why) ? i18n._(WHY[why as Why]) : why)
