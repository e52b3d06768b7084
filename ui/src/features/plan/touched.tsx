// What else this touches: numbers and sentences, a picture, and the list, which says the same and all of it. Read apart from
// the plan, page by page, because a plan may touch thousands.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { radiusQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Select } from '@/ui/field'
import { Read } from '@/ui/states/page'
import { Tabs } from '@/ui/tabs'
import { Foreseen } from './foreseen'
import { touchedOf } from './shapes'
import { hasRun, touchedCount } from './touched-count'
import { TouchedList } from './touched-list'
import { TouchedPicture } from './touched-picture'
import { useTouchedWords } from './touched-words'
import { usePlanView } from './use-view'

export function TouchedCard({ plan }: { plan: Plan }) {
  const { t } = useLingui()
  const [view, setView] = usePlanView()
  const query = useInfiniteQuery(radiusQuery(plan.id, plan.revision, view.on))
  const parts = plan.parts.filter((part) => view.on === undefined || part.cluster === view.on)
  const count = touchedCount(plan, view.on)
  const words = useTouchedWords(count)
  return (
    <Card
      title={hasRun(plan) ? <Trans>What else this touched</Trans> : <Trans>What else this touches</Trans>}
      aside={plan.clusters.length > 1 && (
        <div className="w-40">
          <Select aria-label={t`Cluster`} value={view.on ?? ''} onChange={(event) => setView({ on: event.target.value || undefined })}>
            <option value="">{t`all clusters`}</option>
            {plan.clusters.map((cluster) => <option key={cluster} value={cluster}>{cluster}</option>)}
          </Select>
        </div>
      )}
    >
      <Read
        query={query}
        isEmpty={({ pages }) => words === null && pages.every(({ sentences }) => sentences.length === 0)}
        emptyFirst={{ title: <Trans>Nothing else</Trans>, text: <Trans>No other object was found that this reaches.</Trans> }}
        clearFilter={view.on === undefined ? null : () => setView({ on: undefined })}
        failures={() => parts.flatMap((part) => part.unseen.map(({ what, why }) => ({ name: what, why })))}
      >
        {({ pages }) => {
          const [first] = pages
          const touched = touchedOf(pages.flatMap(({ items }) => items))
          if (first === undefined) return null
          const { objects, omitted, complete } = first
          return (
            <>
              <div className="grid gap-2 px-4 pt-3 pb-2 text-sm">
                {words !== null && <p className="text-base font-semibold text-ink">{words}</p>}
                <Foreseen plan={plan} sentences={first.sentences} />
                {!complete && <p className="text-warn"><Trans>Not everything could be seen, so there may be more.</Trans></p>}
                {omitted > 0 && <p className="text-ink-2"><Plural value={omitted} one="# more object is counted but not listed." other="# more objects are counted but not listed." /></p>}
              </div>
              <Tabs
                label={t`How it is shown`}
                tabs={[{ value: 'picture', label: <Trans>Picture</Trans> }, { value: 'list', label: <Trans>List</Trans> }]}
                value={view.touched ?? 'picture'}
                onChange={(touchedAs) => setView({ touched: touchedAs === 'list' ? 'list' : undefined })}
              >
                {view.touched === 'list' ? <TouchedList touched={touched} several={plan.clusters.length > 1} /> : <TouchedPicture touched={touched} objects={objects} />}
              </Tabs>
              {query.hasNextPage && (
                <div className="border-t border-line p-3">
                  <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}><Trans>Show more</Trans></Button>
                </div>
              )}
            </>
          )
        }}
      </Read>
    </Card>
  )
}
