// Parameters of a plan, changed in place. The host computes everything anew, and votes for what stood before are void. An
// edit of a plan that was changed in between is refused by its version.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type FormEvent } from 'react'
import { useEditPlan } from '@/api/mutations'
import type { Operation, Plan } from '@/api/types'
import { Button } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Inert } from '@/ui/inert'
import { isEditable, parametersOf, targetOf, withParameters, type Asked } from './editable'
import { ProblemNote } from './problem-note'

type Values = Readonly<Record<number, Readonly<Record<string, string>>>>

export function EditParameters({ plan }: { plan: Plan }) {
  const { t } = useLingui()
  const edit = useEditPlan()
  const [values, setValues] = useState<Values>({})
  const asked = plan.operations as Asked[]
  if (!isEditable(plan)) return null
  const next = asked.map((each, index) => withParameters(each, values[index] ?? {}))
  const wrong = next.includes(null)
  const changed = JSON.stringify(next) !== JSON.stringify(asked)
  const voted = plan.parts.some((part) => (part.approval?.votes.length ?? 0) > 0)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!wrong && changed) edit.mutate({ id: plan.id, etag: plan.etag, operations: next as Operation[] })
  }
  const set = (index: number, field: string, value: string) => setValues((before) => ({ ...before, [index]: { ...before[index], [field]: value } }))
  return (
    <form onSubmit={submit} aria-label={t`Change the parameters`} className="grid gap-3">
      {asked.map((operation, index) => (
        <Parameters key={index} operation={operation} values={values[index] ?? {}} onChange={(field, value) => set(index, field, value)} />
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" disabled={!changed || wrong || edit.isPending}>{edit.isPending ? <Trans>Computing anew</Trans> : <Trans>Change the plan</Trans>}</Button>
        <p className="text-xs text-ink-3">
          {voted ? <Trans>Everything is computed anew, and the votes so far are void.</Trans> : <Trans>Everything is computed anew. Nothing runs by this.</Trans>}
        </p>
      </div>
      {edit.error && <ProblemNote problem={edit.error} />}
    </form>
  )
}

interface ParametersProps {
  operation: Asked
  values: Readonly<Record<string, string>>
  onChange: (field: string, value: string) => void
}

function Parameters({ operation, values, onChange }: ParametersProps) {
  const { t } = useLingui()
  const names: Record<string, string> = {
    replicas: t`replicas`, image: t`image`, min: t`at least`, max: t`at most`, cpu_percent: t`CPU percent`, port: t`port`,
  }
  const parameters = parametersOf(operation)
  if (parameters.length === 0) return null
  const wrong = withParameters(operation, values) === null
  return (
    <div className="flex flex-wrap gap-3">
      {parameters.map(({ field, kind, value }) => (
        <div key={field} className={kind === 'number' ? 'w-fit min-w-44' : 'min-w-0 flex-1 basis-64'}>
          <Field
            label={<><Inert text={targetOf(operation)} /> · {names[field] ?? field}</>}
            error={wrong && (kind === 'number' ? t`a whole number` : t`must not be empty`)}
          >
            {(ids) => <Input {...ids} inputMode={kind === 'number' ? 'numeric' : 'text'} spellCheck={false} autoComplete="off" value={values[field] ?? value} onChange={(event) => onChange(field, event.target.value)} />}
          </Field>
        </div>
      ))}
    </div>
  )
}
