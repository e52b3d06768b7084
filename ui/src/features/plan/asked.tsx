// The sentence a plan was made from, beside what it became; and its parameters, to be changed in place. A conversation is
// its owner's: to everybody else its sentence is not shown, which is said.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { runQuery, sessionQuery, turnQuery } from '@/api/queries'
import { toProblem } from '@/api/problem'
import type { Plan } from '@/api/types'
import { Code } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { EditParameters } from './edit'
import { isEditable } from './editable'
import { originOf } from './shapes'

export function Asked({ plan, canEdit }: { plan: Plan; canEdit: boolean }) {
  return (
    <div className="grid gap-3 px-4 py-3">
      <Sentence plan={plan} />
      <p className="flex flex-wrap gap-x-3 text-xs text-ink-3">
        <span><Trans>asked for by <Inert text={plan.requester} /></Trans></span>
        <Time at={plan.created_at} />
        {plan.revision > 1 && <span><Trans>revision {plan.revision}</Trans></span>}
        {plan.provenance.map((each) => <Inert key={each} text={each} />)}
      </p>
      {canEdit && isEditable(plan) && (
        <details className="text-sm">
          <summary className="w-fit text-ink-2 hover:text-ink"><Trans>Change the parameters</Trans></summary>
          <div className="pt-3"><EditParameters key={plan.etag} plan={plan} /></div>
        </details>
      )}
    </div>
  )
}

function Sentence({ plan }: { plan: Plan }) {
  const origin = originOf(plan)
  const me = useQuery(sessionQuery).data?.name
  switch (origin.origin) {
    case 'turn':
      if (me === undefined) return <SentenceToCome />
      return me === plan.requester ? <OfTurn id={origin.turn} /> : <NotYours />
    case 'undo': return <OfUndo run={origin.run} />
    case 'finding': return <p className="text-sm"><Trans>The fix of a finding: <Code text={origin.rule} /></Trans></p>
    case 'api': return <p className="text-sm text-ink-2">{plan.operations.some(({ op }) => op === 'edit') ? <Trans>No sentence: the YAML was edited.</Trans> : <Trans>No sentence: it was given as typed operations.</Trans>}</p>
  }
}

/** As high as a sentence of one line. */
const SentenceToCome = () => <div aria-hidden="true" className="flex h-6 items-center"><div className="h-3.5 w-7/12 animate-pulse rounded bg-hover" /></div>

const NotYours = () => <p className="text-sm text-ink-2"><Trans>Said in a conversation that is not yours, or that is gone.</Trans></p>

function OfTurn({ id }: { id: string }) {
  const turn = useQuery({ ...turnQuery(id), retry: false })
  if (turn.data) {
    return (
      <blockquote className="border-l-2 border-line-strong pl-3 text-base">
        <Inert text={turn.data.sentence} />
        <Link to="/chat/$id" params={{ id: turn.data.thread }} className="ml-3 text-sm text-accent hover:underline"><Trans>Open the conversation</Trans></Link>
      </blockquote>
    )
  }
  if (turn.error === null) return <SentenceToCome />
  const problem = toProblem(turn.error)
  if (problem.code === 'not-found' || problem.isForbidden) return <NotYours />
  return <p className="text-sm text-ink-2"><Trans>The sentence could not be read: <Inert text={problem.detail} /></Trans></p>
}

function OfUndo({ run }: { run: string }) {
  const undone = useQuery(runQuery(run)).data
  if (undone === undefined) return <p className="text-sm"><Trans>Takes an earlier run back.</Trans></p>
  return <p className="text-sm"><Trans>Takes back <Link to="/plans/$id" params={{ id: undone.plan }} className="text-accent hover:underline">an earlier plan</Link>, run <Time at={undone.created_at} />.</Trans></p>
}
