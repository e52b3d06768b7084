// The first steps, each verified by the host. What is not done says what to do, to copy; what is done is a line. They are
// looked at again by themselves until all are done; nobody has to load the page anew.
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Doctor } from '@/api/types'
import { ADD_CLUSTER } from '@/features/cluster/add'
import { Card, CardList, CardRow } from '@/ui/card'
import { Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { needsNoModel, stepsOf, type Step, type StepName } from './steps'

/** A step while it is not done. */
const OPEN: Record<StepName, ReactNode> = {
  cluster: <Trans>A cluster does not answer</Trans>,
  provider: <Trans>Nothing reads your sentences</Trans>,
  log: <Trans>Audit log is not written</Trans>,
  policies: <Trans>Policies can't judge your plans</Trans>,
  rest: <Trans>The host lacks something</Trans>,
}

/** One that is done; the others are no steps unless they are at fault. */
const DONE: Partial<Record<StepName, ReactNode>> = {
  cluster: <Trans>Cluster found</Trans>,
  provider: <Trans>Reads your sentences</Trans>,
  log: <Trans>Audit log is written</Trans>,
}

function titleOf(step: Step): ReactNode {
  const { name, ok, checks } = step
  if (name === 'provider' && ok && needsNoModel(step)) return <Trans>Reads your sentences without a model</Trans>
  if (name === 'cluster' && checks.length === 0) return <Trans>No cluster is configured</Trans>
  return (ok ? DONE : OPEN)[name]
}

export function FirstSteps({ doctor }: { doctor: Doctor }) {
  const { t } = useLingui()
  const steps = stepsOf(doctor)
  const done = steps.filter(({ ok }) => ok)
  if (done.length === steps.length) return <section aria-label={t`First steps`}><Done steps={done}><Trans>All done: say something in the bar above</Trans></Done></section>
  return (
    <Card title={<Trans>First steps</Trans>} aside={<span className="text-xs text-ink-3"><Trans>Looked at again every few seconds</Trans></span>}>
      <CardList>
        {steps.filter(({ ok }) => !ok).map((step) => <CardRow key={step.name}><OpenStep step={step} /></CardRow>)}
        {done.length > 0 && <CardRow><Done steps={done} /></CardRow>}
      </CardList>
    </Card>
  )
}

function Done({ steps, children }: { steps: readonly Step[]; children?: ReactNode }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-2">
      {steps.map((step) => (
        <li key={step.name} className="flex min-w-0 items-center gap-1.5">
          <span className="text-ok"><Icon name="check" size={14} /></span>
          <span className="min-w-0"><span className="sr-only"><Trans>done:</Trans> </span>{titleOf(step)}</span>
        </li>
      ))}
      {children && <li className="text-ink-3">{children}</li>}
    </ul>
  )
}

function OpenStep({ step }: { step: Step }) {
  const wrong = step.checks.filter(({ ok }) => !ok)
  return (
    <div className="flex items-start gap-3">
      <span className="mt-0.5 text-bad"><Icon name="cross" size={14} /></span>
      <div className="grid min-w-0 flex-1 gap-1.5 text-sm">
        <h3 className="font-medium text-ink"><span className="sr-only"><Trans>to do:</Trans> </span>{titleOf(step)}</h3>
        {wrong.length === 0 && <p className="text-ink-2"><Trans>Add one with its kubeconfig, then restart the host:</Trans></p>}
        {wrong.length === 0 && <Command text={ADD_CLUSTER} />}
        {wrong.map((check) => (
          <div key={check.name} className="grid gap-1.5">
            <p className="text-ink-2"><Inert text={`${check.name}: ${check.detail}`} className="break-words" /></p>
            {check.fix !== undefined && <Command text={check.fix} />}
          </div>
        ))}
      </div>
    </div>
  )
}
