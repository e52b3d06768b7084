// What is broken, the worst first, each finding with its evidence and the plan that repairs it. The plans are the host's,
// made with the answer; nothing is planned or changed from here.
import { Plural, Trans } from '@lingui/react/macro'
import type { Finding, Findings, Turn } from '@/api/types'
import { Follows } from '@/features/finding/follows'
import { adviceOf, wasCut } from '@/features/finding/told'
import { Inert } from '@/ui/inert'
import { Severity } from '@/ui/words'
import { fixesOf } from '../fixes'
import { ObjectName } from '../refer'
import { Fix } from './fix'
import { Frame, NotSeen, Omitted } from './frame'
import { ChangesView } from './happenings'
import type { View } from './view'

export function FindingsView({ answer, view, turn }: { answer: Findings; view: View; turn: Turn }) {
  const { findings, looked_at: looked } = answer
  const fixes = fixesOf(answer, turn.parts, view.place.part)
  return (
    <Frame view={view} title={findings.length === 0 ? <NoFinding answer={answer} /> : <Plural value={findings.length} one="# finding" other="# findings" />}>
      {findings.length > 0 && (
        <ul className="divide-y divide-line">
          {findings.map((finding, at) => <li key={at} className="px-3 py-2.5"><FindingView finding={finding} view={view} turn={turn} fix={fixes.get(at)} /></li>)}
        </ul>
      )}
      <Omitted count={answer.omitted} />
      {looked.length > 0 && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">
          <Trans>Looked at: <Inert text={looked.map(({ kind, total }) => `${total} × ${kind}`).join(', ')} /></Trans>
        </p>
      )}
      {!view.brief && answer.changes !== undefined && answer.changes.length > 0 && (
        <ChangesView answer={{ answer: 'changes', rows: answer.changes, gaps: [], omitted: 0, unseen: [] }} view={view} />
      )}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}

const NoFinding = ({ answer }: { answer: Findings }) => (wasCut(answer) ? <Trans>Nothing broken was found</Trans> : <Trans>Nothing is broken</Trans>)

interface FindingProps {
  finding: Finding
  view: View
  turn: Turn
  /** Which of the turn's parts is its fix. */
  fix: number | undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function FindingView({ finding, view, turn, fix }: FindingProps) {
  const advice = adviceOf(finding)
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-center gap-2 text-xs text-ink-3"><Severity severity={finding.severity} /><ObjectName object={finding.object} cluster={view.cluster} /></p>
      <p className="text-sm text-ink"><Inert text={finding.sentence} /></p>
      <Follows finding={finding} />
      {advice && !view.brief && <p className="text-sm text-ink-2"><Inert text={advice} /></p>}
      {fix !== undefined && <Fix turn={turn} part={fix} />}
      {!view.brief && <Evidence evidence={finding.evidence} rule={finding.rule} />}
    </div>
  )
}

function Evidence({ evidence, rule }: { evidence: readonly unknown[]; rule: string }) {
  return (
    <details open className="text-xs text-ink-3">
      <summary><Plural value={evidence.length} one="# piece of evidence" other="# pieces of evidence" /></summary>
      <ul className="grid gap-1 pt-1.5">
        {evidence.map((each, at) => {
          const { source, text: said } = each as { source?: unknown; text?: unknown }
          return <li key={at} className="min-w-0 break-words"><span><Inert text={text(source)} /></span><span className="block text-ink-2"><Inert text={text(said)} /></span></li>
        })}
        <li><Trans>Rule <Inert text={rule} className="font-mono" /></Trans></li>
      </ul>
    </details>
  )
}
