// One line of a log. Everything in it is someone else's text: escapes, directions and control characters are made visible,
// nothing becomes a link.
import { Trans } from '@lingui/react/macro'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { levelOf, type LogLine } from './lines'

const TONES = { bad: 'text-bad', warn: 'text-warn', quiet: 'text-ink-3' } as const

interface LogRowProps {
  line: LogLine
  showTime: boolean
  showPod: boolean
  wrap: boolean
}

export function LogRow({ line, showTime, showPod, wrap }: LogRowProps) {
  const level = line.isProblem ? 'warn' : levelOf(line.line)
  return (
    <div className={cx('flex gap-3 px-3', wrap ? 'break-all whitespace-pre-wrap' : 'whitespace-pre', level === null ? 'text-ink' : TONES[level], line.isProblem && 'bg-warn-soft')}>
      {showTime && line.time !== null && <time className="shrink-0 text-ink-3" dateTime={line.time} title={line.time}>{line.time.slice(11, 23)}</time>}
      {showPod && <span className="max-w-40 shrink-0 truncate text-accent" title={line.pod}><Inert text={[line.pod, line.container].filter(Boolean).join('/')} /></span>}
      <span className="min-w-0"><Inert text={line.line} />{line.cut !== undefined && <span className="text-ink-3"> <Trans>cut, {line.cut} characters</Trans></span>}</span>
    </div>
  )
}
