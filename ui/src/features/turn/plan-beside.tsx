// A plan beside the transcript: what else it touches, each object to be said in the prompt, and the kubectl lines. A fix shows
// its card here, because in the transcript it is one line. It decides and runs nothing by itself: the card does.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { planQuery, radiusQuery } from '@/api/queries'
import type { ObjectRef, Turn } from '@/api/types'
import { PlanCard, whyWord } from '@/features/plan'
import { Button } from '@/ui/button'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { readAnswer } from './answer'
import { LinesOf } from './details'
import { fixesOf } from './fixes'
import { ObjectName } from './refer'

function isFix(turn: Turn, at: number): boolean {
  return turn.parts.some((part, index) => {
    const answer = part.part === 'answer' ? readAnswer(part.answer) : null
    return answer?.answer === 'findings' && [...fixesOf(answer, turn.parts, index).values()].includes(at)
  })
}

export function PlanBeside({ id, turn, at }: { id: string; turn: Turn; at: number }) {
  return (
    <div className="grid min-w-0 gap-4 p-3">
      {isFix(turn, at) && <PlanCard id={id} />}
      <section className="min-w-0">
        <h3 className="pb-1 text-xs font-medium text-ink-3"><Trans>What else this touches</Trans></h3>
        <Touches id={id} />
      </section>
      <section className="grid min-w-0 gap-1.5">
        <h3 className="text-xs font-medium text-ink-3"><Trans>The same by kubectl</Trans></h3>
        <LinesOf id={id} />
      </section>
    </div>
  )
}

function Touches({ id }: { id: string }) {
  const { i18n } = useLingui()
  // An edit makes another revision, which reaches elsewhere; without the plan the first one is asked for.
  const { data: plan } = useQuery(planQuery(id))
  const query = useInfiniteQuery(radiusQuery(id, plan?.revision ?? 1))
  return (
    <Read
      query={query}
      isEmpty={({ pages }) => pages.every(({ items, sentences }) => items.length === 0 && sentences.length === 0)}
      emptyFirst={{ title: <Trans>Nothing else</Trans>, text: <Trans>Only what it writes.</Trans> }}
      clearFilter={null}
    >
      {({ pages }) => (
        <div className="grid gap-2 text-sm">
          {pages[0]?.sentences.map(({ cluster, text }) => <p key={`${cluster} ${text}`}><Inert text={text} /></p>)}
          {pages[0]?.complete === false && <p className="text-warn"><Trans>Not everything could be looked at; there may be more.</Trans></p>}
          <p className="text-xs text-ink-3"><Plural value={pages[0]?.pods ?? 0} one="# pod" other="# pods" />, <Plural value={pages[0]?.objects ?? 0} one="# object" other="# objects" /></p>
          <ul className="divide-y divide-line">
            {pages.flatMap(({ items }) => items).map(({ cluster, object, why }, index) => (
              <li key={index} className="flex flex-wrap items-baseline justify-between gap-x-3 py-1">
                <ObjectName object={object as unknown as ObjectRef} cluster={cluster} />
                <span className="text-xs text-ink-3">{whyWord(i18n, why)}</span>
              </li>
            ))}
          </ul>
          {query.hasNextPage && <div><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
        </div>
      )}
    </Read>
  )
}
