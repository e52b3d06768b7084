// What a turn talks about, opened beside the transcript: one of its parts in full, and of an object what belongs to it now.
// It reads the turn from the conversation where it is there, and by itself where it is not.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { turnQuery } from '@/api/queries'
import type { ObjectRef, Turn } from '@/api/types'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { readAnswer } from './answer'
import { AnswerView, Raw } from './answer-view'
import { clusterOf, type Place } from './place'
import { PlanBeside } from './plan-beside'
import { SubjectTabs, type SubjectSide } from './subject'
import { useTalk } from './talk'
import { ProblemView } from './parts/problem'

interface BesideProps {
  turns: readonly Turn[]
  place: Place
  side: SubjectSide
  onSide: (side: SubjectSide) => void
}

export function Beside({ turns, place, side, onSide }: BesideProps) {
  const known = turns.find(({ id }) => id === place.turn)
  const query = useQuery({ ...turnQuery(place.turn), enabled: known === undefined })
  if (known !== undefined) return <PartBeside turn={known} part={place.part} side={side} onSide={onSide} />
  return (
    <Read query={query} isEmpty={({ parts }) => parts[place.part] === undefined} emptyFirst={{ title: <Trans>Nothing there</Trans>, text: <Trans>The turn has no such part.</Trans> }} clearFilter={null}>
      {(turn) => <PartBeside turn={turn} part={place.part} side={side} onSide={onSide} />}
    </Read>
  )
}

function PartBeside({ turn, part: at, side, onSide }: { turn: Turn; part: number } & Pick<BesideProps, 'side' | 'onSide'>) {
  const { cluster: home } = useTalk()
  const part = turn.parts[at]
  const cluster = clusterOf(turn, at, home)
  if (part === undefined) return <p className="p-4 text-sm text-ink-3"><Trans>The turn has no such part, or not yet.</Trans></p>
  if (part.part === 'plan' && part.plan !== undefined) return <PlanBeside id={part.plan} turn={turn} at={at} />
  if (part.part === 'problem' && part.problem) return <div className="p-4"><ProblemView problem={part.problem} /></div>
  if (part.part !== 'answer') return part.text === undefined ? <Raw value={part} /> : <p className="p-4 text-sm whitespace-pre-wrap"><Inert text={part.text} /></p>
  const answer = readAnswer(part.answer)
  const view = <div className="py-2"><AnswerView answer={answer} view={{ place: { turn: turn.id, part: at }, brief: false, cluster }} turn={turn} /></div>
  const subject: ObjectRef | undefined = answer.answer === 'object' || answer.answer === 'description' ? answer.object : undefined
  return subject === undefined ? view : <SubjectTabs object={subject} cluster={cluster} side={side} onSide={onSide}>{view}</SubjectTabs>
}
