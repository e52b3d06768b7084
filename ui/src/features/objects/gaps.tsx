// What an answer can't know, in the host's words: records that nobody keeps, and what one may not see.
import { Trans } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import type { Failure } from '@/ui/states/state'

export const failuresOf = ({ unseen }: { unseen: readonly { what: string; why: string }[] }): Failure[] => unseen.map(({ what, why }) => ({ name: what, why }))

export function Gaps({ gaps }: { gaps: readonly string[] }) {
  if (gaps.length === 0) return null
  return (
    <div className="border-t border-line px-4 py-2.5 text-xs text-ink-3">
      <p className="font-medium"><Trans>Not known</Trans></p>
      <ul className="mt-0.5 grid gap-0.5">{gaps.map((gap) => <li key={gap}><Inert text={gap} /></li>)}</ul>
    </div>
  )
}
