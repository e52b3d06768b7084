// One turn: the sentence, how it was answered, its parts in the order they came, what one can choose, what it did.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { IconButton } from '@/ui/button'
import { Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { readAnswer } from './answer'
import { AskAgain, mayPass } from './ask-again'
import { TurnBadge } from './badge'
import { candidatesOf } from './candidates'
import { Choices } from './choices'
import { TurnDetails } from './details'
import { fixesOf } from './fixes'
import { PartView } from './part-view'
import { newestPlace, placeText } from './place'
import { useTalk } from './talk'
import { Working } from './working'

/** Parts that are shown with the findings before them. */
function underFindings(turn: Turn): ReadonlySet<number> {
  return new Set(turn.parts.flatMap((part, at) => {
    const answer = part.part === 'answer' ? readAnswer(part.answer) : null
    return answer?.answer === 'findings' ? [...fixesOf(answer, turn.parts, at).values()] : []
  }))
}

export function TurnView({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const { t } = useLingui()
  const { edit, readOnly } = useTalk()
  const under = underFindings(turn)
  // Only the newest question can be answered: the host reads an answer against the turn before it.
  const candidates = isLast && !readOnly ? candidatesOf(turn) : []
  const place = newestPlace([turn])
  const link = `${location.origin}/chat/${turn.thread}${place === null ? '' : `?at=${placeText(place)}`}`
  return (
    <article id={turn.id} aria-label={turn.sentence} className="grid min-w-0 scroll-mt-28 gap-3 py-5">
      <header className="grid gap-1">
        <div className="flex items-start justify-between gap-3">
          <h2 className="min-w-0 rounded-lg bg-raised px-3 py-1.5 text-base font-medium break-words text-ink"><Inert text={turn.sentence} /></h2>
          <span className="flex shrink-0">
            {!readOnly && <IconButton icon="edit" label={t`Edit and send again`} onClick={() => edit(turn.sentence)} />}
            <Copy text={link} label={t`Copy the link to this answer`} />
          </span>
        </div>
        <TurnBadge turn={turn} />
      </header>
      {turn.parts.map((_, at) => !under.has(at) && <PartView key={at} turn={turn} at={at} asButtons={candidates.length > 0} />)}
      {turn.state === 'working' && <Working turn={turn} />}
      {turn.state !== 'working' && turn.parts.length === 0 && <p className="text-sm text-ink-3"><Trans>It ended without a word.</Trans></p>}
      {candidates.length > 0 && <Choices candidates={candidates} />}
      {isLast && mayPass(turn) && <div><AskAgain turn={turn} /></div>}
      <TurnDetails turn={turn} />
    </article>
  )
}
