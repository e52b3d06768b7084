// How fresh a log is, in words: live, lost and coming back, read to its end, ended by the host. What is followed while nothing
// runs that could log is not called live.
import { Trans } from '@lingui/react/macro'
import { Button } from '@/ui/button'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import type { LogState } from './use-logs'

/** `stopped` is why nothing runs, in the cluster's word; null where something does. */
export function LogStateWord({ now, stopped, onAgain }: { now: LogState; stopped: string | null; onAgain: () => void }) {
  const again = <Button kind="quiet" icon="refresh" onClick={onAgain}><Trans>Again</Trans></Button>
  if (now.state === 'opening') return <Trans>connecting</Trans>
  if (now.state === 'live' && stopped !== null) return <span className="inline-flex min-w-0 items-center gap-1.5"><Dot tone="plain" /><span><Trans>nothing runs: <Inert text={stopped} /></Trans></span></span>
  if (now.state === 'live') return <span className="inline-flex items-center gap-1.5"><Dot tone="ok" /><Trans>live</Trans></span>
  if (now.state === 'lost') return <span role="status" className="inline-flex items-center gap-1.5 text-warn"><Dot tone="warn" /><Trans>lost, coming back</Trans></span>
  if (now.end.kind === 'read') return <><span><Trans>read</Trans></span>{again}</>
  if (now.end.kind === 'ended') return <><span><Trans>ended: <Inert text={now.end.reason} /></Trans></span>{again}</>
  return <><span className="text-bad"><Inert text={now.end.problem.detail} /></span>{again}</>
}
