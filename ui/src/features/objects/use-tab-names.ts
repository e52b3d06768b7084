// What the tabs of an object are called.
import { useLingui } from '@lingui/react/macro'
import type { TabName } from './search'

export function useTabNames(): Record<TabName, string> {
  const { t } = useLingui()
  return { overview: t`Overview`, changes: t`What changed`, yaml: t`YAML`, events: t`Events`, logs: t`Logs`, related: t`Related`, history: t`History` }
}
