// The kubectl lines that would do the same, to be copied. For reading and for elsewhere: nothing here runs them.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Card } from '@/ui/card'
import { Command, Copy } from '@/ui/code'

export function Commands({ plan }: { plan: Plan }) {
  const { t } = useLingui()
  const lines = plan.steps.map((step) => step.kubectl)
  return (
    <Card title={<Trans>The same with kubectl</Trans>} aside={lines.length > 1 && <Copy text={lines.join('\n')} label={t`Copy all lines`} />}>
      <div className="grid gap-2 px-4 py-3">{plan.steps.map((step) => <Command key={step.index} text={step.kubectl} />)}</div>
    </Card>
  )
}
