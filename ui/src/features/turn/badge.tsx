// How a turn came about, in one line: by which model or none, how long it took, what it used, what was masked. Times and
// counts are the host's own; the component is in the title and in the details.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { StateWord } from '@/ui/words'
import { maskedIn, maskedWords } from './masked'

/** `180 ms`, `1.2 s`. Pure. */
export function duration(ms: number, locale: string): string {
  const [value, unit] = ms < 1000 ? [ms, 'millisecond'] : [ms / 1000, 'second']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 && unit === 'second' ? 1 : 0 }).format(value)
}

const SPOKEN_STATES: ReadonlySet<Turn['state']> = new Set(['failed', 'cancelled', 'asked-back'])

export function TurnBadge({ turn }: { turn: Turn }) {
  const { i18n } = useLingui()
  const masked = maskedIn(turn)
  const took = turn.ended_at === null ? null : duration(Date.parse(turn.ended_at) - Date.parse(turn.created_at), i18n.locale)
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
      <span title={turn.provider}>
        {turn.rules ? <Trans>no model</Trans> : <Inert text={turn.model ?? turn.provider} />}
        {took !== null && ` · ${took}`}
        <Tokens usage={turn.usage} />
      </span>
      {SPOKEN_STATES.has(turn.state) && <StateWord state={turn.state} />}
      {masked > 0 && <Chip tone="accent"><span title={maskedWords(turn)} className="flex items-center gap-1"><Icon name="lock" size={12} /><Plural value={masked} one="# secret masked" other="# secrets masked" /></span></Chip>}
      <Time at={turn.created_at} />
    </p>
  )
}

/** What models used for it, all of them together; nothing where none was asked. */
function Tokens({ usage }: { usage: Turn['usage'] }) {
  if (usage === undefined) return null
  const tokens = usage.input_tokens + usage.output_tokens
  return <>
    {' · '}
    {usage.estimated === true
      ? <Plural value={tokens} one="about # token" other="about # tokens" />
      : <Plural value={tokens} one="# token" other="# tokens" />}
  </>
}
