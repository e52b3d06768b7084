// The turns of a conversation in their order, each under the other, with a line between.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { TurnView } from '@/features/turn'

/** The host tells at most the newest hundred. */
const TURNS_MAX = 100

export function Transcript({ turns }: { turns: readonly Turn[] }) {
  const { t } = useLingui()
  return (
    <section aria-label={t`Transcript`} className="mx-auto w-full max-w-3xl min-w-0 divide-y divide-line px-4">
      {turns.length >= TURNS_MAX && <p className="py-3 text-xs text-ink-3"><Trans>The newest {TURNS_MAX} turns are shown.</Trans></p>}
      {turns.map((turn, at) => <TurnView key={turn.id} turn={turn} isLast={at === turns.length - 1} />)}
    </section>
  )
}
