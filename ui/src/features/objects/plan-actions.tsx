// Buttons that make a plan for objects: nothing is written here, and the plan's page is where one decides.
import { useNavigate } from '@tanstack/react-router'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState, type FormEvent } from 'react'
import type { ObjectAt } from '@/api/keys'
import { useMakePlan } from '@/api/mutations'
import { Button, buttonClass } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { shortName } from './gvr'
import { offersFor, operationsOf, type Offer } from './operations'
import { PlanProblem } from './plan-problem'

interface PlanActionsProps {
  gvr: string
  objects: readonly ObjectAt[]
  verbs?: readonly string[]
  /** What a scale begins from, where that is one number. */
  replicasNow?: number
}

const LISTED_MAX = 8
/** Offers that stand beside each other; the others are in a list. */
const SHOWN_MAX = 3

export function PlanActions({ gvr, objects, verbs, replicasNow }: PlanActionsProps) {
  const { t, i18n } = useLingui()
  const [asked, setAsked] = useState<Offer | null>(null)
  const offers = offersFor(gvr, verbs)
  const isMany = offers.length > SHOWN_MAX
  const shown = isMany ? offers.slice(0, SHOWN_MAX - 1) : offers
  return (
    <>
      {shown.map((offer) => <Button key={offer.op} aria-haspopup="dialog" onClick={() => setAsked(offer)}>{i18n._(offer.name)}</Button>)}
      {isMany && (
        <Popover label={t`More plans`} className={buttonClass()} button={<><Trans>More</Trans><Icon name="down" size={12} /></>}>
          {(close) => offers.slice(SHOWN_MAX - 1).map((offer) => (
            <button key={offer.op} type="button" aria-haspopup="dialog" onClick={() => { close(); setAsked(offer) }} className={cx('flex min-h-8 w-full items-center rounded px-2.5 text-left text-sm hover:bg-hover', offer.isDanger ? 'text-bad' : 'text-ink-2')}>
              {i18n._(offer.name)}
            </button>
          ))}
        </Popover>
      )}
      {asked !== null && <Ask key={asked.op} offer={asked} objects={objects} replicasNow={replicasNow} onClose={() => setAsked(null)} />}
    </>
  )
}

function Ask({ offer, objects, replicasNow, onClose }: { offer: Offer; objects: readonly ObjectAt[]; replicasNow: number | undefined; onClose: () => void }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const plan = useMakePlan()
  const [replicas, setReplicas] = useState(String(replicasNow ?? ''))
  const name = i18n._(offer.name)
  const make = (event?: FormEvent) => {
    event?.preventDefault()
    plan.mutate(
      { operations: operationsOf(offer.op, objects, Number(replicas)) },
      { onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }) },
    )
  }
  const isValid = offer.op !== 'scale' || /^\d+$/.test(replicas)
  return (
    <Dialog
      open
      title={t`Plan: ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button kind="primary" disabled={plan.isPending || !isValid} onClick={() => make()}>{plan.isPending ? <Trans>Making the plan</Trans> : <Trans>Make a plan</Trans>}</Button>
        </>
      }
    >
      <form className="grid gap-3 text-sm" onSubmit={make}>
        <p className="text-ink-2"><Trans>Nothing changes yet. The plan shows what would, what else this touches, and whether somebody has to agree.</Trans></p>
        <ul className="grid gap-1 rounded-md border border-line bg-bg px-3 py-2 font-mono text-xs">
          {objects.slice(0, LISTED_MAX).map((at) => <li key={`${at.cluster}/${shortName(at)}`} className="break-all"><Inert text={`${at.cluster} ${shortName(at)}`} /></li>)}
          {objects.length > LISTED_MAX && <li className="text-ink-3"><Plural value={objects.length - LISTED_MAX} one="and # more" other="and # more" /></li>}
        </ul>
        {offer.op === 'scale' && (
          <Field label={t`Replicas`}>{(ids) => <Input {...ids} autoFocus type="number" min={0} inputMode="numeric" className="max-w-32" value={replicas} onChange={(event) => setReplicas(event.target.value)} />}</Field>
        )}
        {plan.error && <PlanProblem problem={plan.error} />}
      </form>
    </Dialog>
  )
}
