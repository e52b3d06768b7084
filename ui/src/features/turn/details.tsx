// What a turn did, on demand: which tools ran with what, as whom, and the kubectl lines of its plans. Read-only.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { planQuery, sessionQuery } from '@/api/queries'
import type { Turn, TurnPart } from '@/api/types'
import { RefusedLines } from '@/features/plan'
import { Code, Command } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { useTalk } from './talk'

export function TurnDetails({ turn }: { turn: Turn }) {
  const [open, setOpen] = useState(false)
  const tools = turn.parts.filter(({ part }) => part === 'tool')
  const plans = turn.parts.flatMap(({ plan }) => plan ?? [])
  if (tools.length === 0 && plans.length === 0) return null
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="text-xs text-ink-3">
      <summary className="w-fit rounded">
        {tools.length > 0
          ? <Plural value={tools.length} one="# tool ran, details" other="# tools ran, details" />
          : <Trans>Details</Trans>}
      </summary>
      {open && (
        <div className="grid gap-3 border-l-2 border-line py-2 pl-3">
          <AsWhom turn={turn} />
          <ul className="grid gap-1">{tools.map((tool, at) => <Tool key={at} tool={tool} />)}</ul>
          {plans.length > 0 && <Lines plans={plans} />}
          <p><Trans>Answered by <Code text={turn.provider} />, turn <Code text={turn.id} /></Trans></p>
        </div>
      )}
    </details>
  )
}

function AsWhom({ turn }: { turn: Turn }) {
  const { cluster } = useTalk()
  const user = useQuery(sessionQuery).data?.clusters.find(({ name }) => name === cluster)?.user
  const who = turn.who.name
  return (
    <p>
      {user ? <Trans>All of it as <Code text={who} />, on <Code text={cluster} /> as the user <Code text={user} />.</Trans> : <Trans>All of it as <Code text={who} />.</Trans>}
    </p>
  )
}

function Tool({ tool }: { tool: TurnPart }) {
  const given = JSON.stringify(tool.arguments ?? {})
  return (
    <li className="min-w-0 break-words">
      {tool.evidence !== undefined && <span className="tabular-nums">[e{tool.evidence}] </span>}<Code text={tool.name ?? ''} /> <Inert text={given === '{}' ? '' : given} className="font-mono" />
      {tool.problem && <p className="text-warn"><Inert text={`${tool.problem.code}: ${tool.problem.detail}`} /></p>}
    </li>
  )
}

function Lines({ plans }: { plans: readonly string[] }) {
  return (
    <div className="grid gap-1.5">
      <p><Trans>The same with kubectl</Trans></p>
      {plans.map((id) => <LinesOf key={id} id={id} />)}
    </div>
  )
}

export function LinesOf({ id }: { id: string }) {
  const { data } = useQuery(planQuery(id))
  const lines = data?.steps.map(({ index, kubectl }) => <Command key={index} text={kubectl} />)
  return data?.state === 'denied' ? <RefusedLines>{lines}</RefusedLines> : lines
}
