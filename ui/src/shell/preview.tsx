// What the sentence would do, below what can stand next. It shows what the host read and offers nothing to press: a plan is
// made by Enter. While one types on, the older lines stay, paler, until the newer ones come.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Preview } from '@/api/types'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'

const STEPS_MAX = 3

/** What a read is told as: in the host's words, or by its steps. */
const readWords = ({ detail, steps }: Preview): string => detail ?? steps.map(({ sentence }) => sentence).join(', ')

export function PreviewLines({ preview, isCurrent }: { preview: Preview; isCurrent: boolean }) {
  const more = preview.steps.length - STEPS_MAX
  const several = new Set(preview.steps.map(({ cluster }) => cluster)).size > 1
  return (
    <div className={cx('grid gap-1.5 bg-bg px-3 py-2 text-sm', !isCurrent && 'opacity-60')}>
      {preview.reads_as === 'write' && preview.steps.slice(0, STEPS_MAX).map(({ sentence, cluster, kubectl }, at) => (
        <div key={at} className="min-w-0">
          <p className="break-words text-ink"><Trans>Plan: <Inert text={sentence} /></Trans>{several && <span className="text-ink-3"> · <Inert text={cluster} /></span>}</p>
          {kubectl && <p className="break-words font-mono text-xs text-ink-3"><Inert text={kubectl} /></p>}
        </div>
      ))}
      {preview.reads_as === 'write' && more > 0 && <p className="text-xs text-ink-3"><Plural value={more} one="and # more" other="and # more" /></p>}
      {preview.reads_as === 'write' && <p className="text-xs text-ink-3"><Trans>Enter makes the plan; nothing changes yet.</Trans></p>}
      {preview.reads_as === 'read' && <p className="break-words text-ink-2"><Trans>Reads: <Inert text={readWords(preview)} /></Trans></p>}
      {preview.reads_as === 'question' && <p className="break-words text-ink-2"><Inert text={preview.detail ?? ''} /></p>}
    </div>
  )
}

/** The same in one sentence, to be said aloud. */
export function usePreviewWords(): (preview: Preview) => string {
  const { t } = useLingui()
  return (preview) => {
    const first = preview.steps[0]?.sentence ?? ''
    const more = preview.steps.length - 1
    if (preview.reads_as === 'write') return more > 0 ? t`Plan: ${first}, and ${more} more` : t`Plan: ${first}`
    if (preview.reads_as === 'read') return t`Reads: ${readWords(preview)}`
    return preview.detail ?? ''
  }
}
