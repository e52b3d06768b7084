// What is broken now in the scope, the worst first, as the host's analyzers say it. A fix becomes a plan, which is shown
// before anything happens; nothing is changed from here.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plural, Trans } from '@lingui/react/macro'
import { useMakePlan } from '@/api/mutations'
import { findingsQuery } from '@/api/queries'
import type { Finding, Operation } from '@/api/types'
import type { Scope } from '@/shell/scope'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'
import { Card, CardList, CardRow } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { objectName, objectPath } from '@/ui/object-ref'
import { Read } from '@/ui/states/page'
import { Severity } from '@/ui/words'
import { ROOM_LINES, Room } from './room'

export function BrokenNow({ scope }: { scope: Scope }) {
  const query = useQuery(findingsQuery(scope.cluster, scope.namespace))
  return (
    <Card title={<Trans>Broken now</Trans>} aside={query.data && <span className="text-xs text-ink-3 tabular-nums">{query.data.findings.length}</span>}>
      <Room>
        <Read
          query={query}
          lines={ROOM_LINES}
          isEmpty={({ findings }) => findings.length === 0}
          emptyFirst={{ title: <Trans>Nothing is broken</Trans>, text: <Trans>Every workload you may see serves as it should.</Trans>, isWell: true }}
          clearFilter={null}
          failures={({ unseen }) => unseen.map(({ what, why }) => ({ name: what, why }))}
        >
          {({ findings, omitted }) => (
            <>
              <CardList>{findings.map((finding) => <CardRow key={`${finding.rule} ${objectName(finding.object)}`}><FindingLine finding={finding} scope={scope} /></CardRow>)}</CardList>
              {omitted > 0 && <p className="border-t border-line px-4 py-2 text-xs text-ink-3"><Plural value={omitted} one="# more is not shown" other="# more are not shown" /></p>}
            </>
          )}
        </Read>
      </Room>
    </Card>
  )
}

function FindingLine({ finding, scope }: { finding: Finding; scope: Scope }) {
  const name = objectName(finding.object)
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <p className="text-sm text-ink"><Inert text={finding.sentence} /></p>
        <p className="flex flex-wrap items-center gap-2 text-xs text-ink-3">
          <Severity severity={finding.severity} />
          {scope.cluster === undefined
            ? <Inert text={name} />
            : <Link to="/r/$gvr/$cluster/$namespace/$name" params={objectPath(scope.cluster, finding.object)} className="underline decoration-line-strong underline-offset-2 hover:text-accent"><Inert text={name} /></Link>}
        </p>
      </div>
      {finding.fix && <Fix operation={fixOf(finding.fix)} cluster={scope.cluster} />}
    </div>
  )
}

/** The document calls a fix an object only; it is an operation as `POST /plans` takes it. */
const fixOf = (fix: NonNullable<Finding['fix']>) => fix as unknown as Operation

function Fix({ operation, cluster }: { operation: Operation; cluster: string | undefined }) {
  const make = useMakePlan()
  const navigate = useNavigate()
  const plan = () => make.mutate({ cluster, operations: [operation] }, {
    onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }),
    onError: ({ detail, hint }) => toast({ tone: 'bad', text: detail, hint }),
  })
  return <Button onClick={plan} disabled={make.isPending}>{make.isPending ? <Trans>Planning</Trans> : <Trans>Plan the fix</Trans>}</Button>
}
