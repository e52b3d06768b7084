// The server's own preview of a change, as lines with signs and colours. Long ones are folded; nothing is left out for good.
import { Plural, Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { diffLines, type DiffLine } from './diff-lines'
import type { FieldChange } from './shapes'

const LOOK = { '-': 'bg-bad-soft', '+': 'bg-ok-soft' } as const
const SIGN = { '-': 'text-bad', '+': 'text-ok' } as const

function Line({ line }: { line: DiffLine }) {
  return (
    <div className={cx('grid grid-cols-[1.25rem_minmax(0,1fr)] px-2', LOOK[line.sign])}>
      <span className={cx('font-semibold select-none', SIGN[line.sign])}>{line.sign}</span>
      <span className="break-words whitespace-pre-wrap">
        {line.path !== null && <span className="text-ink-2"><Inert text={line.path} />: </span>}
        <Inert text={line.text} />
      </span>
    </div>
  )
}

export function Diff({ changes, max, label }: { changes: readonly FieldChange[]; max: number; label: string }) {
  const [all, setAll] = useState(false)
  const lines = diffLines(changes)
  const shown = all ? lines : lines.slice(0, max)
  const more = lines.length - shown.length
  if (lines.length === 0) return <p className="text-sm text-ink-2"><Trans>The server would change no field.</Trans></p>
  return (
    <div className="grid gap-1">
      <div role="group" aria-label={label} className="overflow-hidden rounded-md border border-line py-1 font-mono text-xs leading-5">
        {shown.map((line, index) => <Line key={index} line={line} />)}
      </div>
      {more > 0 && (
        <Button kind="quiet" icon="down" className="justify-self-start" onClick={() => setAll(true)}>
          <Plural value={more} one="# more line" other="# more lines" />
        </Button>
      )}
    </div>
  )
}
