// What the sentence would do, below what can stand next. It shows what the host read and offers nothing to press: a plan is
// made by Enter. While one types on, the older lines stay, paler, until the newer ones come.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { sessionQuery } from '@/api/queries'
import type { Preview } from '@/api/types'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { Place } from '@/ui/place'

const STEPS_MAX = 3

/** What a read is told as: in the host's words, or by its steps. */
const readWords = ({ detail, steps }: Preview): string => detail ?? steps.map(({ sentence }) => sentence).join(', ')

/** Which clusters have to be named: all of them where this person has several or it is not known how many; else production. */
function useNamed(): (cluster: string) => { named: boolean; production: boolean } {
  const clusters = useQuery(sessionQuery).data?.clusters ?? []
  return (cluster) => {
    const production = clusters.some((each) => each.name === cluster && each.production)
    return { named: clusters.length !== 1 || production, production }
  }
}

export function PreviewLines({ preview, isCurrent }: { preview: Preview; isCurrent: boolean }) {
  const more = preview.steps.length - STEPS_MAX
  const placed = useNamed()
  return (
    <div className={cx('grid gap-1.5 bg-bg px-3 py-2 text-sm', !isCurrent && 'opacity-60')}>
      {preview.reads_as === 'write' && preview.steps.slice(0, STEPS_MAX).map(({ sentence, cluster, kubectl }, at) => {
        const { named, production } = placed(cluster)
        return (
          <div key={at} className="min-w-0">
            <p className="flex flex-wrap items-baseline gap-x-2 break-words text-ink">
              <span className="min-w-0"><Trans>Plan: <Inert text={sentence} /></Trans></span>
              {named && <Place cluster={cluster} production={production} />}
            </p>
            {kubectl && <p className="break-words font-mono text-xs text-ink-3"><Inert text={kubectl} /></p>}
          </div>
        )
      })}
      {preview.reads_as === 'write' && more > 0 && <p className="text-xs text-ink-3"><Plural value={more} one="and # more" other="and # more" /></p>}
      {preview.reads_as === 'write' && <p className="text-xs text-ink-3"><Trans>Enter makes the plan; nothing changes yet.</Trans></p>}
      {preview.reads_as === 'read' && <p className="break-words text-ink-2"><Trans>Reads: <Inert text={readWords(preview)} /></Trans></p>}
      {preview.reads_as === 'question' && <p className="break-words text-ink-2"><Inert text={preview.detail ?? ''} /></p>}
    </div>
  )
}

/** The same in one sentence, to be said aloud: every cluster that is written to is named, also of steps that aren't said. */
export function usePreviewWords(): (preview: Preview) => string {
  const { t } = useLingui()
  const placed = useNamed()
  const where = (cluster: string) => (placed(cluster).production ? t`${cluster} (production)` : cluster)
  return (preview) => {
    const first = preview.steps[0]?.sentence ?? ''
    const more = preview.steps.length - 1
    const clusters = [...new Set(preview.steps.map(({ cluster }) => cluster))].filter((cluster) => placed(cluster).named).map(where).join(', ')
    if (preview.reads_as === 'write') {
      const said = more > 0 ? t`Plan: ${first}, and ${more} more` : t`Plan: ${first}`
      return clusters === '' ? said : t`${said}, on ${clusters}`
    }
    if (preview.reads_as === 'read') return t`Reads: ${readWords(preview)}`
    return preview.detail ?? ''
  }
}
