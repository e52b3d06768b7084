// What a turn that asks back lets one choose: each choice says in full what it will send.
import { Trans, useLingui } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import type { Candidate } from './candidates'
import { useTalk } from './talk'

export function Choices({ candidates }: { candidates: readonly Candidate[] }) {
  const { t } = useLingui()
  const { say, saying } = useTalk()
  return (
    <ul aria-label={t`Choose one`} className="grid max-w-md gap-1.5">
      {candidates.map(({ label, says }) => (
        <li key={`${label} ${says}`}>
          <button
            type="button"
            disabled={saying}
            onClick={() => say(says)}
            className="flex min-h-9 w-full flex-wrap items-center justify-between gap-x-4 rounded-md border border-line bg-raised px-3 py-1 text-left text-sm text-ink hover:border-line-strong hover:bg-hover disabled:opacity-50"
          >
            <Inert text={label} />
            <span className="text-xs text-ink-3"><Trans>says “<Inert text={says} />”</Trans></span>
          </button>
        </li>
      ))}
    </ul>
  )
}
