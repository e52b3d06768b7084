// The host's states and levels in plain words, each with one tone everywhere. Scores, digests and rule names stay out.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { useLingui } from '@lingui/react'
import type { Mode, PlanState, RiskLevelName, RunState, StepRun, TurnState } from '@/api/types'
import { Chip, Dot, type Tone } from './chip'

type Word = [MessageDescriptor, Tone]

const LEVELS: Record<RiskLevelName | 'info', Word> = {
  info: [msg`for information`, 'plain'],
  low: [msg`low risk`, 'ok'],
  medium: [msg`medium risk`, 'warn'],
  high: [msg`high risk`, 'bad'],
  critical: [msg`critical risk`, 'bad'],
}

const STATES: Record<PlanState | RunState | StepRun['state'] | TurnState, Word> = {
  denied: [msg`refused by policy`, 'bad'],
  'needs-approval': [msg`needs approval`, 'warn'],
  ready: [msg`ready`, 'accent'],
  rejected: [msg`rejected`, 'bad'],
  expired: [msg`expired`, 'plain'],
  stale: [msg`stale: the cluster changed`, 'warn'],
  running: [msg`running`, 'accent'],
  settling: [msg`settling`, 'accent'],
  pending: [msg`waiting`, 'plain'],
  succeeded: [msg`succeeded`, 'ok'],
  failed: [msg`failed`, 'bad'],
  cancelled: [msg`cancelled`, 'plain'],
  skipped: [msg`skipped`, 'plain'],
  indeterminate: [msg`we lost contact, check`, 'warn'],
  undone: [msg`undone`, 'plain'],
  working: [msg`working`, 'accent'],
  answered: [msg`answered`, 'ok'],
  planned: [msg`planned`, 'accent'],
  'asked-back': [msg`asks you`, 'warn'],
}

const MODES: Record<Mode, Word> = {
  'read-only': [msg`read-only`, 'warn'],
  'suggest-only': [msg`suggests only`, 'plain'],
  guarded: [msg`guarded`, 'ok'],
}

export type StateName = keyof typeof STATES

export function StateWord({ state }: { state: StateName }) {
  const { _ } = useLingui()
  const [word, tone] = STATES[state]
  return <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap text-ink-2"><Dot tone={tone} />{_(word)}</span>
}

/** The same words where only text can stand: options of a choice. */
export function useStateText(): (state: StateName) => string {
  const { _ } = useLingui()
  return (state) => _(STATES[state][0])
}

export function RiskLevel({ level }: { level: RiskLevelName }) {
  const { _ } = useLingui()
  const [word, tone] = LEVELS[level]
  return <Chip tone={tone}>{_(word)}</Chip>
}

const SEVERITIES: Record<string, Word> = {
  critical: [msg`critical`, 'bad'],
  high: [msg`high`, 'bad'],
  medium: [msg`medium`, 'warn'],
  low: [msg`low`, 'plain'],
  info: [msg`info`, 'plain'],
}

/** How bad a finding is. A word the console doesn't know is shown as it came. */
export function Severity({ severity }: { severity: string }) {
  const { _ } = useLingui()
  const known = SEVERITIES[severity]
  return <Chip tone={known?.[1] ?? 'plain'}>{known ? _(known[0]) : severity}</Chip>
}

export function ModeWord({ mode, title }: { mode: Mode; title?: string }) {
  const { _ } = useLingui()
  const [word, tone] = MODES[mode]
  return <Chip tone={tone} title={title}>{_(word)}</Chip>
}
