// One part of a turn in the transcript. Tool calls stand in the turn's details; the plans that repair findings stand with
// their findings.
import { PlanCard } from '@/features/plan'
import type { Turn } from '@/api/types'
import { Inert } from '@/ui/inert'
import { readAnswer } from './answer'
import { AnswerView, Raw } from './answer-view'
import { CitingTurn } from './cited'
import { Written } from './markdown/written'
import { CutOff } from './parts/cut-off'
import { FailoverView, handedOn } from './parts/failover'
import { Unproven } from './parts/unproven'
import { ProblemView } from './parts/problem'
import { clusterOf, type Place } from './place'
import { useTalk } from './talk'
import { BesideLine } from './beside-line'

interface PartProps {
  turn: Turn
  at: number
  /** Lines of the text that are shown as buttons instead. */
  asButtons: boolean
}

/** A text that never came to its end: the turn is over, or somebody else has gone on with it. */
const isCutOff = ({ state, parts }: Turn, at: number): boolean => parts[at]?.partial === true && (state !== 'working' || at < parts.length - 1)

const NUMBERED = /^\s*\d+\. .+\n?/gm

export function PartView({ turn, at, asButtons }: PartProps) {
  const { cluster } = useTalk()
  const part = turn.parts[at]
  if (part === undefined) return null
  const place: Place = { turn: turn.id, part: at }
  switch (part.part) {
    case 'text': return <><CitingTurn value={turn}><Written text={(asButtons ? part.text?.replaceAll(NUMBERED, '') : part.text) ?? ''} byModel={!turn.rules} /></CitingTurn>{part.unproven === true && <Unproven />}{isCutOff(turn, at) && <CutOff turn={turn} />}</>
    case 'note': return <Note text={part.text ?? ''} />
    case 'tool': return null
    case 'answer': return <AnswerView answer={readAnswer(part.answer)} view={{ place, brief: true, cluster: clusterOf(turn, at, cluster) }} turn={turn} />
    case 'plan': return part.plan === undefined ? null : <div className="grid min-w-0 gap-1.5"><PlanCard id={part.plan} /><BesideLine place={place} /></div>
    case 'problem': return part.problem ? <ProblemView problem={part.problem} /> : null
    default: return <Raw value={part} />
  }
}

function Note({ text }: { text: string }) {
  const on = handedOn(text)
  return on === null ? <p className="text-sm break-words text-ink-3"><Inert text={text} /></p> : <FailoverView {...on} />
}
