// A plain editor of YAML with line numbers. It checks nothing itself; it refuses to send a mask as if it were the value.
import { useNavigate } from '@tanstack/react-router'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { ObjectAt } from '@/api/keys'
import { useMakePlan } from '@/api/mutations'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { editable, maskedLines } from './editable'
import { PlanProblem } from './plan-problem'

interface YamlEditorProps {
  at: ObjectAt
  /** As it was when editing began. */
  yaml: string
  /** As it is now. */
  now: string
  onClose: () => void
}

export function YamlEditor({ at, yaml, now, onClose }: YamlEditorProps) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const plan = useMakePlan()
  const start = editable(yaml)
  const [text, setText] = useState(start)
  const numbers = useRef<HTMLDivElement>(null)
  const lines = text.split('\n').length
  const masked = maskedLines(text)
  const isSame = text === start
  const check = () => {
    if (isSame || masked.length > 0) return
    plan.mutate({ cluster: at.cluster, manifest: text, ...(at.namespace !== '-' && { namespace: at.namespace }) }, { onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }) })
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    check()
  }
  return (
    <Card title={<Trans>Edit YAML</Trans>} aside={<span className="text-xs text-ink-3 max-sm:hidden"><Trans>Nothing changes until a plan is executed</Trans></span>}>
      {editable(now) !== start && <p role="status" className="border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn"><Trans>The object changed while you edited. The plan compares with how it is then.</Trans></p>}
      {masked.length > 0 && (
        <p role="status" className="border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn">
          <Plural value={masked.length} one="Line" other="Lines" /> {masked.join(', ')}: <Trans>a masked value can't be written back. Take the line out to leave the value as it is, or put a new value.</Trans>
        </p>
      )}
      <div className="relative flex h-[min(60dvh,44rem)] overflow-hidden font-mono text-xs leading-5">
        <div ref={numbers} aria-hidden="true" className="w-12 shrink-0 overflow-hidden bg-raised py-2 pr-3 text-right text-ink-3 tabular-nums select-none">
          <pre className="font-mono">{Array.from({ length: lines }, (_, index) => index + 1).join('\n')}</pre>
          <div className="h-8" />
        </div>
        <textarea
          aria-label={t`YAML`}
          value={text}
          autoFocus
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          onChange={(event) => setText(event.target.value)}
          onScroll={(event) => { if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop }}
          onKeyDown={press}
          className="h-full min-w-0 flex-1 resize-none overflow-auto bg-bg px-3 py-2 whitespace-pre text-ink outline-offset-[-2px]"
        />
      </div>
      <div className="grid gap-2 border-t border-line px-4 py-3">
        {plan.error && <PlanProblem problem={plan.error} />}
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="primary" disabled={isSame || masked.length > 0 || plan.isPending} onClick={check}>{plan.isPending ? <Trans>Checking</Trans> : <Trans>Check</Trans>}</Button>
          <Button onClick={onClose}><Trans>Discard</Trans></Button>
          <span className="text-xs text-ink-3"><Trans>Check asks the cluster for a dry run and shows the difference as a plan.</Trans></span>
        </div>
      </div>
    </Card>
  )
}
