// Logs of one or several pods: followed, filtered by the host, paused, downloaded.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMemo, useRef, useState } from 'react'
import { Button } from '@/ui/button'
import { Dot } from '@/ui/chip'
import { Failed, Forbidden, Loading } from '@/ui/states/states'
import { useIsNarrow } from '@/ui/use-media'
import { asText, atLeast, type Kept } from './lines'
import { LogBar } from './log-bar'
import { LogList } from './log-list'
import { LogStateWord } from './log-state'
import type { LogSearch } from './search'
import { useTop } from './use-top'
import { useLogs } from './use-logs'

/** As many pods as the host reads at once. */
export const PODS_MAX = 10
const LINES_FIRST = 1000

interface LogViewProps {
  cluster: string
  namespace: string
  pods: readonly string[]
  containers: readonly string[]
  /** Pods in which nothing runs, with the cluster's word for why. */
  stopped: ReadonlyMap<string, string>
  search: LogSearch
  onSearch: (change: LogSearch) => void
}

export function LogView({ cluster, namespace, pods, containers, stopped, search, onSearch }: LogViewProps) {
  const { t } = useLingui()
  const box = useRef<HTMLElement>(null)
  useTop(box)
  const isNarrow = useIsNarrow()
  const wrap = search.wrap ?? isNarrow
  const [round, setRound] = useState(0)
  const [paused, setPaused] = useState<Kept | null>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const wanted = search.pods?.split(',').filter((pod) => pods.includes(pod))
  const chosen = (wanted === undefined || wanted.length === 0 ? pods : wanted).slice(0, PODS_MAX)
  const isFollowing = search.follow !== false && !search.previous
  const ask = { cluster, namespace, pods: chosen, container: search.container, previous: search.previous === true, include: search.include, exclude: search.exclude, lines: LINES_FIRST }
  const { kept, now } = useLogs(ask, isFollowing, round)
  const all = paused ?? kept
  const { level } = search
  const why = chosen.every((pod) => stopped.has(pod)) ? [...new Set(chosen.map((pod) => stopped.get(pod)))].join(', ') : null
  const shown = useMemo(() => (level === undefined ? all : atLeast(all, level)), [all, level])
  const missed = paused === null ? 0 : kept.lines.length + kept.dropped - paused.lines.length - paused.dropped
  const problem = now.state === 'over' && now.end.kind === 'failed' ? now.end.problem : null
  const change = (next: LogSearch) => { setPaused(null); onSearch(next) }
  const download = () => {
    const url = URL.createObjectURL(new Blob([asText(shown.lines, chosen.length > 1)], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: `${chosen.length === 1 ? (chosen[0] ?? 'logs') : `${namespace}-logs`}.log` })
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <section ref={box} aria-label={t`Logs`} className="flex h-[calc(100dvh-var(--top)-5rem-env(safe-area-inset-bottom))] min-h-64 min-w-0 flex-col md:h-[calc(100dvh-var(--top)-1.5rem)] md:min-h-96 overflow-hidden rounded-lg border border-line bg-surface">
      <LogBar pods={pods} chosen={chosen} containers={containers} search={search} onSearch={change} />
      <div className="relative min-h-0 flex-1">
        {shown.lines.length > 0
          ? <LogList key={`${String(wrap)} ${level ?? ''}`} lines={shown.lines} dropped={shown.dropped} showTime={search.times === true} showPod={chosen.length > 1} wrap={wrap} isAtEnd={isAtEnd && paused === null} onAtEnd={setAtEnd} />
          : problem !== null
            ? (problem.isForbidden ? <Forbidden problem={problem} /> : <Failed problem={problem} onRetry={() => setRound(round + 1)} />)
            : now.state === 'opening' ? <Loading lines={6} /> : <p role="status" className="px-4 py-6 text-sm text-ink-2">{search.include || search.exclude || (level !== undefined && all.lines.length > 0) ? <Trans>No line fits the filter.</Trans> : <Trans>Nothing was logged.</Trans>}</p>}
        {!isAtEnd && shown.lines.length > 0 && <div className="absolute right-4 bottom-3"><Button kind="primary" icon="down" onClick={() => setAtEnd(true)}><Trans>To the end</Trans></Button></div>}
      </div>
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-t border-line px-3 py-1.5 text-xs text-ink-3">
        {paused === null ? <LogStateWord now={now} stopped={why} onAgain={() => setRound(round + 1)} /> : <span className="inline-flex items-center gap-1.5 text-warn"><Dot tone="warn" /><Trans>paused</Trans></span>}
        <span className="tabular-nums"><Plural value={shown.lines.length} one="# line" other="# lines" /></span>
        {missed > 0 && <span className="tabular-nums"><Plural value={missed} one="# new" other="# new" /></span>}
        {shown.dropped > 0 && <span><Plural value={shown.dropped} one="# older line was let go" other="# older lines were let go" /></span>}
        {pods.length > PODS_MAX && <span className="text-warn"><Trans>At most {PODS_MAX} pods at once</Trans></span>}
        <span className="ml-auto flex gap-1">
          {isFollowing && <Button kind="quiet" onClick={() => setPaused(paused === null ? kept : null)}>{paused === null ? <Trans>Pause</Trans> : <Trans>Go on</Trans>}</Button>}
          <Button kind="quiet" disabled={shown.lines.length === 0} onClick={download}><Trans>Download</Trans></Button>
        </span>
      </div>
    </section>
  )
}
