// What else a plan touches, counted in words: "3 pods and 4 other objects". One phrase for every place that says it.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { TouchedCount } from './touched-count'

/** Null where nothing else is touched. */
export function useTouchedWords({ pods, others, atLeast }: TouchedCount): string | null {
  const { t } = useLingui()
  const ofPods = plural(pods, { one: '# pod', other: '# pods' })
  const ofOthers = atLeast
    ? plural(others, { one: 'at least # other object', other: 'at least # other objects' })
    : plural(others, { one: '# other object', other: '# other objects' })
  if (pods > 0 && (others > 0 || atLeast)) return t`${ofPods} and ${ofOthers}`
  if (pods > 0) return ofPods
  return others > 0 ? ofOthers : null
}
