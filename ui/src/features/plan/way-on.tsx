// A way on from what policy refused: the parameter that it refused, changed right here, or the sentence, back in the prompt to
// be said differently. Nothing runs by this, and a changed plan is judged anew.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { turnQuery } from '@/api/queries'
import type { Plan } from '@/api/types'
import { putWords } from '@/shell/prompt-words'
import { Button } from '@/ui/button'
import { EditParameters } from './edit'
import { isEditable } from './editable'
import { originOf } from './shapes'

/** Stands in a kept sentence where a secret stood: said again, the mask would be sent for it. */
const MASK = '••••'

export function WayOn({ plan }: { plan: Plan }) {
  const origin = originOf(plan)
  if (isEditable(plan)) return <ChangeHere plan={plan} />
  return origin.origin === 'turn' ? <SayAnew turn={origin.turn} /> : null
}

function ChangeHere({ plan }: { plan: Plan }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="grid gap-3">
      <div><Button icon="edit" aria-expanded={open} onClick={() => setOpen(!open)}><Trans>Change it</Trans></Button></div>
      {open && <EditParameters key={plan.etag} plan={plan} />}
    </div>
  )
}

function SayAnew({ turn }: { turn: string }) {
  const { data } = useQuery({ ...turnQuery(turn), retry: false })
  if (data === undefined || data.sentence.includes(MASK)) return null
  return <div><Button icon="edit" onClick={() => putWords({ text: data.sentence, how: 'replace' })}><Trans>Say it differently</Trans></Button></div>
}
