// A text as it would go out, each mark shown as one, and beside it what was found: sort, field, how often, by which rule. The
// value itself came back from nowhere and stands nowhere.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Redacted } from '@/api/egress'
import { Code } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { gathered, type Found } from './finds'
import { piecesOf } from './marks'

const KINDS: Record<string, MessageDescriptor> = {
  password: msg`a password`,
  token: msg`a token`,
  key: msg`a key`,
  'private-key': msg`a private key`,
  url: msg`a password in an address`,
  data: msg`data of a Secret`,
  release: msg`a Helm release`,
  object: msg`an object inside the text`,
  known: msg`a secret that was seen before`,
  random: msg`letters that look random`,
  read: msg`text that could not be read`,
}

export function Masked({ told }: { told: Redacted }) {
  const found = gathered(told.finds)
  const listed = told.finds.length
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p role="status" className="flex items-center gap-2 text-sm font-medium text-ink">
        <span className={told.count > 0 ? 'text-accent' : 'text-ink-3'}><Icon name={told.count > 0 ? 'lock' : 'check'} size={14} /></span>
        {told.count === 0 ? <Trans>Nothing would be masked. It would go out as it stands.</Trans> : <Plural value={told.count} one="# secret would be masked" other="# secrets would be masked" />}
      </p>
      <Text text={told.masked} />
      {found.length > 0 && <ul className="grid gap-1.5">{found.map((each) => <FoundRow key={`${each.kind} ${each.field} ${each.rule}`} found={each} />)}</ul>}
      {listed < told.count && <p className="text-xs text-ink-3"><Trans>The first {listed} are listed.</Trans></p>}
    </div>
  )
}

function Text({ text }: { text: string }) {
  const { t } = useLingui()
  return (
    <pre tabIndex={0} role="group" aria-label={t`The text as it would go out`} className="max-h-96 overflow-auto rounded-md border border-line bg-bg p-3 font-mono text-xs break-words whitespace-pre-wrap text-ink-2">
      {piecesOf(text).map((piece, at) => (piece.masked
        ? <mark key={at} className="rounded-sm bg-accent-soft px-1 font-semibold text-accent outline outline-accent">{piece.text}</mark>
        : <Inert key={at} text={piece.text} />))}
    </pre>
  )
}

function FoundRow({ found: { kind, field, rule, count, lines } }: { found: Found }) {
  const { i18n } = useLingui()
  const word = KINDS[kind] ? i18n._(KINDS[kind]) : kind
  const where = lines.join(', ')
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
      <span className="min-w-8 text-right text-ink-3 tabular-nums">{count} ×</span>
      <span className="text-ink">{field === '' ? word : <Trans>{word} in <Code text={field} /></Trans>}</span>
      <span className="text-xs text-ink-3">
        {lines.length > 0 && <>{lines.length === 1 ? <Trans>line {where}</Trans> : <Trans>lines {where}</Trans>} · </>}<Trans>rule <Inert text={rule} /></Trans>
      </span>
    </li>
  )
}
