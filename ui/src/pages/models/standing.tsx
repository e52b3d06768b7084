// Whether a model would be asked now, in one word, and why not, with the next step to copy.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { useLingui } from '@lingui/react'
import type { Model } from '@/api/models'
import { Chip, type Tone } from '@/ui/chip'

const STATES: Record<Model['state'], [MessageDescriptor, Tone]> = {
  ready: [msg`ready`, 'ok'],
  'not-bound': [msg`has no way out`, 'warn'],
  failed: [msg`did not answer last`, 'bad'],
  spent: [msg`used up for today`, 'warn'],
  'not-loaded': [msg`not loaded`, 'bad'],
}

export function ModelState({ state }: { state: Model['state'] }) {
  const { _ } = useLingui()
  const [word, tone] = STATES[state] ?? [null, 'plain']
  return <Chip tone={tone}>{word === null ? state : _(word)}</Chip>
}
