// One finding: the root, what follows from it, what the host advises, and where to look further. A fix becomes a plan on the
// finding's own cluster, which is shown before anything happens; nothing is changed from here.
import { Link } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { Follows } from '@/features/finding/follows'
import { PlanFix } from '@/features/finding/plan-fix'
import { adviceOf } from '@/features/finding/told'
import { HAS_LOGS } from '@/features/objects/has-logs'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { objectName, objectPath } from '@/ui/object-ref'
import { Severity } from '@/ui/words'
import type { Found } from './findings'

interface LineProps extends Found {
  /** Whose it is has to be said: several clusters are looked at. */
  sayCluster: boolean
  isProduction: boolean
}

export function FindingLine({ cluster, finding, sayCluster, isProduction }: LineProps) {
  const advice = adviceOf(finding)
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="grid min-w-0 flex-1 basis-64 gap-1.5">
        <p className="flex min-w-0 flex-wrap items-center gap-1.5 text-xs">
          <Severity severity={finding.severity} />
          {sayCluster && <Chip tone={isProduction ? 'prod' : 'plain'}><Inert text={cluster} short />{isProduction && <span className="shrink-0">· <Trans>production</Trans></span>}</Chip>}
        </p>
        <p className="text-sm break-words text-ink"><Inert text={finding.sentence} /></p>
        <Follows finding={finding} />
        {advice !== '' && <p className="text-sm break-words text-ink-2"><Inert text={advice} /></p>}
        <Places cluster={cluster} finding={finding} />
      </div>
      <PlanFix finding={finding} cluster={cluster} />
    </div>
  )
}

const LINK = 'min-w-0 break-words underline decoration-line-strong underline-offset-2 hover:text-accent'

/** The object's page, and its logs where it has any. */
function Places({ cluster, finding: { object } }: Pick<Found, 'cluster' | 'finding'>) {
  const params = objectPath(cluster, object)
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-xs text-ink-3">
      <Link to="/r/$gvr/$cluster/$namespace/$name" params={params} className={LINK}><Inert text={objectName(object)} /></Link>
      {HAS_LOGS.has(params.gvr) && <Link to="/r/$gvr/$cluster/$namespace/$name" params={params} search={{ tab: 'logs' }} className={LINK}><Trans>Logs</Trans><span className="sr-only"> <Trans>of <Inert text={objectName(object)} /></Trans></span></Link>}
    </p>
  )
}
