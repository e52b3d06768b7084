// What is wrong with an object, or with what hangs on it, as the host's analyzers say it. A fix becomes a plan, which is shown
// before anything happens. Where nothing is wrong, or it can't be read, nothing is said: the object's own page does that.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect } from 'react'
import type { ObjectAt } from '@/api/keys'
import { relatedQuery } from '@/api/objects'
import { findingsQuery } from '@/api/queries'
import type { Finding } from '@/api/types'
import { PlanFix } from '@/features/finding/plan-fix'
import { adviceOf } from '@/features/finding/told'
import { Card, CardList, CardRow } from '@/ui/card'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { isHarmless } from '@/ui/inert-text'
import { objectName, objectPath } from '@/ui/object-ref'
import { Severity } from '@/ui/words'
import { dependantsOf, mayHaveDependants } from './dependants'
import { findingsAbout } from './findings'

/** A finding that is shown is asked for again: it ends without the object itself having to change. */
const AGAIN_MS = 20_000

/** `version` is the object's: findings are read again when it changes, no sooner than they are old. */
interface ObjectFindingsProps {
  at: ObjectAt
  version: string | undefined
  /** Only what is wrong, in few lines, where one looks at something else: a log needs the room. */
  brief: boolean
}

export function ObjectFindings({ at, version, brief }: ObjectFindingsProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const asked = findingsQuery(at.cluster, at.namespace === '-' ? undefined : at.namespace)
  const findings = useQuery({ ...asked, refetchInterval: ({ state }) => ((state.data?.findings.length ?? 0) > 0 ? AGAIN_MS : false) }).data?.findings ?? []
  const own = findingsAbout(at, findings, [])
  // What hangs on it is asked for only where somebody else's finding could be about it.
  const related = useQuery({ ...relatedQuery(at), enabled: mayHaveDependants(at.gvr) && findings.length > own.length }).data
  const cluster = at.cluster
  const namespace = at.namespace
  useEffect(() => {
    if (version !== undefined) void client.prefetchQuery(findingsQuery(cluster, namespace === '-' ? undefined : namespace))
  }, [client, cluster, namespace, version])
  const shown = findingsAbout(at, findings, dependantsOf(related))
  if (shown.length === 0) return null
  const rows = <CardList>{shown.map((finding) => <CardRow key={`${finding.rule} ${objectName(finding.object)}`}><FindingRow finding={finding} at={at} isOwn={own.includes(finding)} brief={brief} /></CardRow>)}</CardList>
  if (brief) return <section aria-label={t`What is wrong`} className="min-w-0 rounded-lg border border-line bg-surface">{rows}</section>
  return <Card title={<Trans>What is wrong</Trans>}>{rows}</Card>
}

function FindingRow({ finding, at, isOwn, brief }: { finding: Finding; at: ObjectAt; isOwn: boolean; brief: boolean }) {
  const advice = brief ? '' : adviceOf(finding)
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <p title={brief && isHarmless(finding.sentence) ? finding.sentence : undefined} className={cx('text-sm break-words text-ink', brief && 'line-clamp-2')}><span className="mr-2 inline-block align-bottom"><Severity severity={finding.severity} /></span><Inert text={finding.sentence} /></p>
        {advice !== '' && <p className="text-sm break-words text-ink-2"><Inert text={advice} /></p>}
        {!isOwn && (
          <p className="text-xs text-ink-3">
            <Link to="/r/$gvr/$cluster/$namespace/$name" params={objectPath(at.cluster, finding.object)} search={({ c, n }) => ({ c, n })} className="underline decoration-line-strong underline-offset-2 hover:text-accent"><Inert text={objectName(finding.object)} /></Link>
          </p>
        )}
      </div>
      <PlanFix finding={finding} cluster={at.cluster} />
    </div>
  )
}
