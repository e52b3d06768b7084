// The page states as people see them. Each says what is the case, why, and what to do next; none hides a trace id.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { missingRight, type Problem } from '@/api/problem'
import { Button } from '../button'
import { Chip } from '../chip'
import { Code, Command, Copy } from '../code'
import { Icon, type IconName } from '../icon'
import { Inert } from '../inert'
import { sentence } from '../sentence'
import { Skeleton } from '../skeleton'
import { LostAt } from '../time'
import type { Failure } from './state'

function Notice({ icon, title, children, actions }: { icon: IconName; title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="grid max-w-prose justify-items-start gap-2 px-4 py-6">
      <p className="flex items-center gap-2 text-base font-semibold text-ink"><span className="text-ink-3"><Icon name={icon} /></span>{title}</p>
      {children && <div className="grid w-full gap-2 text-sm text-ink-2">{children}</div>}
      {actions && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}

export function Loading({ lines }: { lines?: number }) {
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only"><Trans>Loading</Trans></span>
      <Skeleton lines={lines} />
    </div>
  )
}

export interface EmptyWords {
  title: ReactNode
  text: ReactNode
  /** What to do next: a button or a link. */
  action?: ReactNode
  /** Where having nothing is good news. */
  isWell?: boolean
}

export const EmptyFirst = ({ title, text, action, isWell = false }: EmptyWords) => (
  <Notice icon={isWell ? 'check' : 'empty'} title={title} actions={action}><p>{text}</p></Notice>
)

export function EmptyFiltered({ onClear }: { onClear: () => void }) {
  return (
    <Notice icon="search" title={<Trans>Nothing fits the filter</Trans>} actions={<Button onClick={onClear}><Trans>Clear the filter</Trans></Button>}>
      <p><Trans>There may be more than is shown here.</Trans></p>
    </Notice>
  )
}

const CHIPS_OPEN_MAX = 2

/** A chip each; many are folded, so that what could be read stays the first thing on the page. */
export function Partial({ failures }: { failures: readonly Failure[] }) {
  const { t } = useLingui()
  if (failures.length === 0) return null
  const chips = (
    <ul aria-label={t`What could not be read`} className="flex flex-wrap gap-1.5">
      {failures.map(({ name, why }) => (
        <li key={`${name} ${why}`} className="max-w-full">
          <Chip tone="warn"><Icon name="warning" size={12} /><span className="min-w-0 break-words"><Inert text={name} />: <Inert text={why} /></span></Chip>
        </li>
      ))}
    </ul>
  )
  if (failures.length <= CHIPS_OPEN_MAX) return chips
  return (
    <details>
      <summary className="text-xs text-warn"><Plural value={failures.length} one="# part could not be read" other="# parts could not be read" /></summary>
      <div className="pt-2">{chips}</div>
    </details>
  )
}

export function Stale({ since }: { since: number | null }) {
  return (
    <div className="flex items-center gap-2 rounded-md bg-warn-soft px-3 py-1.5 text-sm text-warn">
      <Icon name="warning" size={14} />
      {since === null
        ? <p role="status"><Trans>The newest read failed. What is shown may be old.</Trans></p>
        : <p><LostAt at={since} live /> <Trans>What is shown may be old.</Trans></p>}
    </div>
  )
}

export function Forbidden({ problem }: { problem: Problem }) {
  const right = missingRight(problem)
  return (
    <Notice icon="lock" title={<Trans>You lack a permission</Trans>}>
      <p><Inert text={sentence(problem.detail)} /></p>
      {right && (
        <>
          <p>
            {right.namespace === null
              ? <Trans>Missing: <Code text={right.verb} /> on <Code text={right.resource} /></Trans>
              : <Trans>Missing: <Code text={right.verb} /> on <Code text={right.resource} /> in <Code text={right.namespace} /></Trans>}
          </p>
          <Command text={right.canI} />
        </>
      )}
      {!right && problem.hint && <p><Inert text={sentence(problem.hint)} /></p>}
    </Notice>
  )
}

export function Failed({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { t } = useLingui()
  return (
    <Notice
      icon="warning"
      title={<Inert text={sentence(problem.detail)} />}
      actions={onRetry && <Button icon="refresh" onClick={onRetry}><Trans>Try again</Trans></Button>}
    >
      {problem.hint && <p><Inert text={sentence(problem.hint)} /></p>}
      <p className="mt-2 flex flex-wrap items-center gap-x-3 text-xs text-ink-3">
        <span><Trans>Code <Code text={problem.code} /></Trans></span>
        {problem.traceId && <span className="inline-flex items-center"><Trans>Trace <Code text={problem.traceId} /></Trans><Copy text={problem.traceId} label={t`Copy the trace id`} /></span>}
      </p>
    </Notice>
  )
}

export function Offline({ onRetry }: { onRetry: () => void }) {
  return (
    <Notice icon="globe" title={<Trans>The host does not answer</Trans>} actions={<Button icon="refresh" onClick={onRetry}><Trans>Try again</Trans></Button>}>
      <p><Trans>It may have stopped, or the network between you and it is down. Nothing was changed on any cluster by this.</Trans></p>
      <Command text="kubechat serve" />
    </Notice>
  )
}
