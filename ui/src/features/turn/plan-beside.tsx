// A plan beside the transcript: what else it touches, each object to be said in the prompt, and the kubectl lines. A fix shows
// its card here, because in the transcript it is one line. It decides and runs nothing by itself: the card does.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { planQuery, radiusQuery } from '@/api/queries'
import type { ObjectRef, Plan, Turn } from '@/api/types'
import { Foreseen, hasRun, PlanCard, touchedCount, useTouchedWords, whyWord } from '@/features/plan'
import { Button } from '@/ui/button'
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
  // An edit makes another revision, which reaches elsewhere; without the plan the first one is asked for.
  const { data: plan } = useQuery(planQuery(id))
  return (
    <div className="grid min-w-0 gap-4 p-3">
      {isFix(turn, at) && <PlanCard id={id} />}
      <section className="min-w-0">
        <h3 className="pb-1 text-xs font-medium text-ink-3">{plan && hasRun(plan) ? <Trans>What else this touched</Trans> : <Trans>What else this touches</Trans>}</h3>
        <Touches id={id} plan={plan} />
      </section>
      <section className="grid min-w-0 gap-1.5">
        <h3 className="text-xs font-medium text-ink-3"><Trans>The same with kubectl</Trans></h3>
        <LinesOf id={id} />
      </section>
    </div>
  )
}

type Item = { cluster: string; object: unknown; why: string }

function Touches({ id, plan }: { id: string; plan: Plan | undefined }) {
  const query = useInfiniteQuery(radiusQuery(id, plan?.revision ?? 1))
  return (
    <Read
      query={query}
      isEmpty={({ pages }) => pages.every(({ items, sentences }) => items.length === 0 && sentences.length === 0)}
      emptyFirst={{ title: <Trans>Nothing else</Trans>, text: <Trans>Only what it writes.</Trans> }}
      clearFilter={null}
    >
      {({ pages }) => {
        const items: Item[] = pages.flatMap((page) => page.items)
        return (
          <div className="grid gap-3 text-sm">
            {plan && <Counted plan={plan} />}
            {plan && <Foreseen plan={plan} sentences={pages[0]?.sentences ?? []} />}
            {pages[0]?.complete === false && <p className="text-warn"><Trans>Not everything could be looked at; there may be more.</Trans></p>}
            <Items items={items.filter(({ why }) => why !== 'written')} />
            {query.hasNextPage && <div><Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button></div>}
            <section className="min-w-0">
              <h4 className="text-xs font-medium text-ink-3"><Trans>Changed by a step</Trans></h4>
              <Items items={items.filter(({ why }) => why === 'written')} />
            </section>
          </div>
        )
      }}
    </Read>
  )
}

function Counted({ plan }: { plan: Plan }) {
  const words = useTouchedWords(touchedCount(plan))
  return <p className="font-medium">{words ?? <Trans>Nothing else</Trans>}</p>
}

function Items({ items }: { items: readonly Item[] }) {
  const { i18n } = useLingui()
  if (items.length === 0) return null
  return (
    <ul className="divide-y divide-line">
      {items.map(({ cluster, object, why }, index) => (
        <li key={index} className="flex flex-wrap items-baseline justify-between gap-x-3 py-1">
          <ObjectName object={object as ObjectRef} cluster={cluster} />
          {why !== 'written' && <span className="text-xs text-ink-3">{whyWord(i18n, why)}</span>}
        </li>
      ))}
    </ul>
  )
}
