// What is broken now in the scope, the worst first, as the host's analyzers say it: of every cluster that answered, with what
// could not be looked at beside it.
import { Plural, Trans } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { ADD_CLUSTER } from '@/features/cluster/add'
import { Button } from '@/ui/button'
import { Card, CardList, CardRow } from '@/ui/card'
import { Command } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { objectName } from '@/ui/object-ref'
import { Read } from '@/ui/states/page'
import { Partial, type EmptyWords } from '@/ui/states/states'
import { FindingLine } from './finding-line'
import { isAllWell, type AllFindings } from './findings'
import { ROOM_LINES, Room } from './room'
import type { FindingsOfScope } from './use-findings'

const WELL: EmptyWords = { title: <Trans>Nothing is broken</Trans>, text: <Trans>Every workload you may see serves as it should.</Trans>, isWell: true }
const NO_CLUSTER: EmptyWords = { title: <Trans>No cluster is configured</Trans>, text: <Trans>Add one with its kubeconfig, then restart the host:</Trans>, action: <Command text={ADD_CLUSTER} /> }

export function BrokenNow({ query }: { query: FindingsOfScope }) {
  const { data, hasNoCluster } = query
  return (
    <Card title={<Trans>Broken now</Trans>} aside={data && !hasNoCluster && <span className="text-xs text-ink-3 tabular-nums">{data.found.length}</span>}>
      <Room>
        {data && data.lost.length > 0 && <div className="border-b border-line px-4 py-2"><Partial failures={data.lost} /></div>}
        <Read query={query} lines={ROOM_LINES} isEmpty={isAllWell} emptyFirst={hasNoCluster ? NO_CLUSTER : WELL} clearFilter={null} failures={({ unseen }) => unseen}>
          {(all) => (
            <>
              <Rows all={all} query={query} />
              <Missing all={all} onRetry={() => void query.refetch()} />
            </>
          )}
        </Read>
      </Room>
    </Card>
  )
}

/** Rows that stand there at once: of many clusters they would be hundreds, with the other cards far below. */
const ROWS_MAX = 20

function Rows({ all: { found, looking }, query: { isSeveral, production } }: { all: AllFindings; query: FindingsOfScope }) {
  const [shownMax, setShownMax] = useState(ROWS_MAX)
  if (found.length === 0) return looking.length > 0 ? null : <p className="px-4 py-3 text-sm text-ink-2"><Trans>What could be looked at serves as it should. The rest is not known.</Trans></p>
  return (
    <>
      <CardList>
        {found.slice(0, shownMax).map(({ cluster, finding }) => (
          <CardRow key={`${cluster} ${finding.rule} ${objectName(finding.object)}`}>
            <FindingLine cluster={cluster} finding={finding} sayCluster={isSeveral} isProduction={production.has(cluster)} />
          </CardRow>
        ))}
      </CardList>
      {found.length > shownMax && <div className="border-t border-line px-4 py-2"><Button onClick={() => setShownMax((max) => max + ROWS_MAX)}><Trans>Show more</Trans></Button></div>}
    </>
  )
}

const Line = ({ children }: { children: ReactNode }) => <p className="border-t border-line px-4 py-2 text-xs break-words text-ink-3">{children}</p>

/** What is not in the list: more of the same, clusters that have still to answer, that did not, and that were not asked. */
function Missing({ all: { omitted, looking, lost, beyond }, onRetry }: { all: AllFindings; onRetry: () => void }) {
  return (
    <>
      {omitted > 0 && <Line><Plural value={omitted} one="# more is not shown" other="# more are not shown" /></Line>}
      {looking.length > 0 && <div role="status" aria-busy="true"><Line><Trans>Still looking at <Inert text={looking.join(', ')} /></Trans></Line></div>}
      {beyond.length > 0 && <Line><Trans>Too many to look at once; not looked at: <Inert text={beyond.join(', ')} />. Choose one of them in the scope above.</Trans></Line>}
      {lost.length > 0 && <div className="border-t border-line px-4 py-2"><Button kind="quiet" icon="refresh" onClick={onRetry}><Trans>Try again</Trans></Button></div>}
    </>
  )
}
