// What a model chose for a plan that the person did not say: verb, cluster, namespace, object, image, address. What stood in
// text from the cluster comes first and in the colour of a warning: anybody who may write a log line can have put it there.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Plan } from '@/api/types'
import { Code } from '@/ui/code'
import { Inert } from '@/ui/inert'

type Chosen = Plan['chosen'][number]

export function NotSaid({ plan }: { plan: Plan }) {
  const read = plan.chosen.filter((one) => one.read_in !== undefined)
  const own = plan.chosen.filter((one) => one.read_in === undefined)
  if (plan.chosen.length === 0) return null
  return (
    <div role="note" className="grid gap-2 text-sm">
      {read.length > 0 && (
        <div className="grid gap-1 border-l-2 border-warn pl-3">
          <p className="font-medium text-warn"><Trans>Not in your words: the model took this from text in the cluster. Check it before you go on.</Trans></p>
          <ul className="grid gap-0.5">{read.map((one) => <Line key={keyOf(one)} one={one} />)}</ul>
        </div>
      )}
      {own.length > 0 && (
        <div className="grid gap-1 border-l-2 border-line-strong pl-3 text-ink-2">
          <p><Trans>Not in your words: chosen by the model.</Trans></p>
          <ul className="grid gap-0.5">{own.map((one) => <Line key={keyOf(one)} one={one} />)}</ul>
        </div>
      )}
    </div>
  )
}

const keyOf = (one: Chosen) => `${one.operation} ${one.choice} ${one.value}`

function Line({ one }: { one: Chosen }) {
  return (
    <li className="min-w-0 break-words">
      <ChoiceWord choice={one.choice} /> <Code text={one.value} />
      {one.read_in && <span className="text-ink-3">{' '}<Trans>read in <Inert text={one.read_in.origin} /></Trans></span>}
    </li>
  )
}

function ChoiceWord({ choice }: { choice: Chosen['choice'] }) {
  const { t } = useLingui()
  switch (choice) {
    case 'verb': return t`what is done:`
    case 'cluster': return t`cluster:`
    case 'namespace': return t`namespace:`
    case 'name': return t`object:`
    case 'image': return t`image:`
    case 'address': return t`address:`
  }
}
