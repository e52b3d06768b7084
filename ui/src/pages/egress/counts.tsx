// What went to a destination since the host began, as figures with their words. Refused ones say why.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Egress } from '@/api/egress'
import { useAmounts } from '@/ui/amounts'
import { REFUSED } from './ended'

export function Counts({ counts, underWay = 0 }: { counts: Egress['unbound']; underWay?: number }) {
  const { i18n } = useLingui()
  const { bytes } = useAmounts()
  const refused = Object.entries(counts.refused)
  if (counts.requests === 0) return <p className="text-sm text-ink-3"><Trans>Nothing went there since the host began.</Trans></p>
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-sm text-ink-2 tabular-nums">
      <li><Plural value={counts.requests} one="# request" other="# requests" /></li>
      <li><Trans>{bytes(counts.bytes_out)} out</Trans></li>
      <li><Trans>{bytes(counts.bytes_in)} in</Trans></li>
      {underWay > 0 && <li className="text-accent"><Trans>{underWay} under way</Trans></li>}
      {counts.failed > 0 && <li className="text-warn"><Trans>{counts.failed} failed</Trans></li>}
      {refused.map(([reason, count]) => {
        const why = REFUSED[reason] ? i18n._(REFUSED[reason]) : reason
        return <li key={reason} className="text-warn"><Trans>{count} refused: {why}</Trans></li>
      })}
    </ul>
  )
}
