// Log lines as they were read for a turn. Beside, all that the turn holds; following a log is on the object's page.
import { Plural, Trans } from '@lingui/react/macro'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import type { Logs, LogSource } from '../answer'
import { Refer } from '../refer'
import { podReference } from '../reference'
import { Frame, Nothing, Omitted } from './frame'
import type { View } from './view'

const BRIEF_SOURCES = 2
const BRIEF_LINES = 6

export function LogsView({ answer, view }: { answer: Logs; view: View }) {
  const sources = view.brief ? answer.sources.slice(0, BRIEF_SOURCES) : answer.sources
  const count = answer.sources.length
  return (
    <Frame view={view} title={<Plural value={count} one="Log of # container" other="Logs of # containers" />}>
      {count === 0 && <Nothing><Trans>There is no log.</Trans></Nothing>}
      <div className="grid min-w-0 divide-y divide-line">{sources.map((source, at) => <Source key={at} source={source} brief={view.brief} />)}</div>
      <Omitted count={answer.omitted + count - sources.length} />
    </Frame>
  )
}

function Source({ source, brief }: { source: LogSource; brief: boolean }) {
  const { namespace, pod, container, previous, problem } = source
  const lines = brief ? source.lines.slice(-BRIEF_LINES) : source.lines
  const before = source.lines.length - lines.length
  return (
    <div className="min-w-0 py-1.5">
      <p className="flex flex-wrap items-center gap-2 px-3 py-0.5 text-xs text-ink-2">
        <Refer reference={podReference(namespace, pod)} text={`${namespace}/${pod}`} />
        {container !== null && <Inert text={container} className="text-ink-3" />}
        {previous && <Chip tone="warn"><Trans>before its restart</Trans></Chip>}
        {before > 0 && <span className="text-ink-3"><Plural value={before} one="# older line beside" other="# older lines beside" /></span>}
      </p>
      {problem !== undefined && <p className="px-3 text-xs text-warn"><Inert text={problem} /></p>}
      {lines.length === 0 && problem === undefined && <p className="px-3 text-xs text-ink-3"><Trans>It wrote nothing.</Trans></p>}
      <pre className="px-3 font-mono text-xs break-words whitespace-pre-wrap text-ink">{lines.map((line, at) => <div key={at}><Inert text={line} /></div>)}</pre>
    </div>
  )
}
