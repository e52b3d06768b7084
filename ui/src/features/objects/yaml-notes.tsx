// What an edit of YAML has to be told: that the object changed meanwhile, how that was merged, and which lines look wrong. Each
// is a warning with something to do; none of them stops the edit from being checked.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { TextProblem } from '@/features/editor/problems'
import { Button } from '@/ui/button'

const SHOWN_MAX = 4

const Note = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn">{children}</div>
)

export function Meanwhile({ onTake }: { onTake: () => void }) {
  return (
    <Note>
      <span><Trans>The object changed while you edited. Changes are shown against how it is now, so those of others count as well.</Trans></span>
      <Button onClick={onTake}><Trans>Put my edits on the newest</Trans></Button>
    </Note>
  )
}

export function MergeNote({ clashes, onGoTo }: { clashes: readonly number[]; onGoTo: (line: number) => void }) {
  if (clashes.length === 0) return <p className="border-b border-line bg-ok-soft px-4 py-2 text-sm text-ok"><Trans>Your edits stand on the newest version of the object now.</Trans></p>
  return (
    <Note>
      <span>
        <Plural
          value={clashes.length}
          one="Your edits stand on the newest version now. One place was changed by you and in the cluster: your lines were kept, the cluster's are shown struck out."
          other="Your edits stand on the newest version now. # places were changed by you and in the cluster: your lines were kept, the cluster's are shown struck out."
        />
      </span>
      <Lines lines={clashes} onGoTo={onGoTo} />
    </Note>
  )
}

/** The words of one problem, as they stand at its line as well. */
export function useProblemWords(): (problem: TextProblem) => string {
  const { t } = useLingui()
  const words = {
    syntax: t`This does not read as YAML.`,
    mask: t`A masked value was changed. Put the whole new value here, or the line back as it was, which leaves the value alone.`,
  }
  return ({ what }) => words[what]
}

export function TextProblems({ problems, onGoTo }: { problems: readonly TextProblem[]; onGoTo: (line: number) => void }) {
  const words = useProblemWords()
  const kinds = (['syntax', 'mask'] as const).filter((kind) => problems.some(({ what }) => what === kind))
  return (
    <div role="status">
      {kinds.map((what) => (
        <div key={what} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-warn-soft px-4 py-1.5 text-sm text-warn">
          <span>{words({ what, from: 0, to: 0, line: 0 })}</span>
          <Lines lines={problems.filter((each) => each.what === what).map(({ line }) => line)} onGoTo={onGoTo} />
        </div>
      ))}
    </div>
  )
}

function Lines({ lines, onGoTo }: { lines: readonly number[]; onGoTo: (line: number) => void }) {
  const more = lines.length - SHOWN_MAX
  return (
    <span className="flex flex-wrap gap-x-2">
      {lines.slice(0, SHOWN_MAX).map((line) => <button key={line} type="button" onClick={() => onGoTo(line)} className="in-text rounded underline underline-offset-2"><Trans>Line {line}</Trans></button>)}
      {more > 0 && <Plural value={more} one="and one more" other="and # more" />}
    </span>
  )
}
