// The revisions of a workload and what this host did to an object, each with the plan that would take it back. Taking back is
// a plan like any other: nothing is written here.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plural, Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import { useMakePlan, useRollbackPlan } from '@/api/mutations'
import { historyQuery } from '@/api/objects'
import type { components } from '@/api/schema'
import type { Operation, RunState } from '@/api/types'
import { Button } from '@/ui/button'
import { Card, CardList, CardNote, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { Time } from '@/ui/time'
import { StateWord } from '@/ui/words'
import { Gaps, failuresOf } from './gaps'
import { PlanProblem } from './plan-problem'

type Ours = components['schemas']['OurStep']
type Revision = components['schemas']['Revision']

export function HistoryTab({ at }: { at: ObjectAt }) {
  const query = useQuery(historyQuery(at))
  return (
    <Read query={query} isEmpty={({ ours, revisions, gaps }) => ours.length + revisions.length + gaps.length === 0} emptyFirst={{ title: <Trans>No history</Trans>, text: <Trans>It has no revisions, and this host has changed nothing here.</Trans> }} clearFilter={null} failures={failuresOf}>
      {({ ours, revisions, omitted, gaps }) => (
        <div className="grid gap-4">
          <Card title={<Trans>Done with Kubechat</Trans>}>
            {ours.length === 0 ? <CardNote><Trans>Nothing yet.</Trans></CardNote> : <CardList>{ours.map((step) => <CardRow key={`${step.run ?? ''} ${step.at} ${step.what}`}><OurStep step={step} cluster={at.cluster} /></CardRow>)}</CardList>}
            <Gaps gaps={gaps} />
          </Card>
          {revisions.length > 0 && (
            <Card title={<Trans>Revisions</Trans>}>
              <CardList>
                {revisions.map((revision) => <CardRow key={revision.number}><RevisionRow revision={revision} cluster={at.cluster} /></CardRow>)}
                {omitted > 0 && <CardRow><span className="text-sm text-ink-3"><Plural value={omitted} one="# older is not shown" other="# older are not shown" /></span></CardRow>}
              </CardList>
            </Card>
          )}
        </div>
      )}
    </Read>
  )
}

function OurStep({ step, cluster }: { step: Ours; cluster: string }) {
  const navigate = useNavigate()
  const back = useRollbackPlan()
  const { plan, undo } = step
  const take = () => { if (plan !== null) back.mutate({ id: plan, cluster }, { onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }) }) }
  return (
    <div className="grid gap-1.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-64 break-words"><Inert text={step.what} /></span>
        {step.state !== null && <StateWord state={step.state as RunState} />}
        {plan !== null && undo.possible && <Button icon="undo" disabled={back.isPending} onClick={take}><Trans>Plan to take it back</Trans></Button>}
      </div>
      <p className="flex flex-wrap gap-x-3 text-xs text-ink-3">
        <Time at={step.at} /><Inert text={step.who} />
        {plan !== null && <Link to="/plans/$id" params={{ id: plan }} search={({ c, n }) => ({ c, n })} className="text-accent hover:underline"><Trans>The plan</Trans></Link>}
        {!undo.possible && undo.reason !== '' && <span><Trans>Can't be taken back: <Inert text={undo.reason} /></Trans></span>}
      </p>
      {back.error && <PlanProblem problem={back.error} />}
    </div>
  )
}

function RevisionRow({ revision, cluster }: { revision: Revision; cluster: string }) {
  const navigate = useNavigate()
  const plan = useMakePlan()
  // The document leaves the operation open; it is one for `POST /plans`.
  const undo = revision.undo as unknown as Operation | undefined
  const make = () => undo && plan.mutate({ cluster, operations: [undo] }, { onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }) })
  return (
    <div className="grid gap-1 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium"><Trans>Revision {revision.number}</Trans></span>
        {revision.current && <Chip tone="ok"><Trans>current</Trans></Chip>}
        <span className="text-xs text-ink-3">{revision.at === null ? <Inert text={revision.age} /> : <Time at={revision.at} />}</span>
        {undo !== undefined && <Button icon="undo" className="ml-auto" disabled={plan.isPending} onClick={make}><Trans>Plan to go back to it</Trans></Button>}
      </div>
      {revision.what !== '' && <p className="break-words text-ink-2"><Inert text={revision.what} /></p>}
      <p className="font-mono text-xs break-all text-ink-3"><Inert text={revision.images.join(', ')} /></p>
      {revision.cause !== undefined && <p className="text-xs text-ink-3"><Inert text={revision.cause} /></p>}
      {plan.error && <PlanProblem problem={plan.error} />}
    </div>
  )
}
