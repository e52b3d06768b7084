// The first steps, each verified by the host: what is done says how, what is not says what to do, to copy. They are looked at
// again by themselves until all are done; nobody has to load the page anew.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Doctor } from '@/api/types'
import { Card, CardList, CardRow } from '@/ui/card'
import { Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { stepsOf, type Step, type StepName } from './steps'

const TITLES: Record<StepName, ReactNode> = {
  cluster: <Trans>A cluster that answers</Trans>,
  provider: <Trans>Somebody who reads your sentences</Trans>,
  log: <Trans>A log that is written</Trans>,
  policies: <Trans>Policies that judge plans</Trans>,
}

export function FirstSteps({ doctor }: { doctor: Doctor }) {
  return (
    <Card title={<Trans>First steps</Trans>} aside={<span className="text-xs text-ink-3">{doctor.ok ? <Trans>All done: say something in the bar above</Trans> : <Trans>Looked at again every few seconds</Trans>}</span>}>
      <CardList>{stepsOf(doctor).map((step) => <StepRow key={step.name} step={step} />)}</CardList>
    </Card>
  )
}

function StepRow({ step: { name, ok, checks } }: { step: Step }) {
  const shown = ok ? checks : checks.filter((check) => !check.ok)
  return (
    <CardRow>
      <div className="flex items-start gap-3">
        <span className={ok ? 'mt-0.5 text-ok' : 'mt-0.5 text-bad'}><Icon name={ok ? 'check' : 'cross'} size={14} /></span>
        <div className="grid min-w-0 flex-1 gap-1.5 text-sm">
          <h3 className="font-medium text-ink"><span className="sr-only">{ok ? <Trans>done:</Trans> : <Trans>to do:</Trans>} </span>{TITLES[name]}</h3>
          {shown.length === 0 && <p className="text-ink-2"><Trans>There is none yet. Add one with its kubeconfig:</Trans></p>}
          {shown.length === 0 && <Command text="kubechat cluster add NAME --kubeconfig FILE" />}
          {shown.map((check) => (
            <div key={check.name} className="grid gap-1.5">
              <p className="text-ink-2"><Inert text={`${check.name}: ${check.detail}`} className="break-words" /></p>
              {check.fix !== undefined && !check.ok && <Command text={check.fix} />}
            </div>
          ))}
        </div>
      </div>
    </CardRow>
  )
}
