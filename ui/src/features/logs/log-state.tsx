// How fresh a log is, in words: live, lost and coming back, read to its end, ended by the host.
import { Trans } from '@lingui/react/macro'
import { Button } from '@/ui/button'
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import type { LogState } from './use-logs'

export function LogStateWord({ now, onAgain }: { now: LogState; onAgain: () => void }) {
  const again = <Button kind="quiet" icon="refresh" onClick={onAgain}><Trans>Again</Trans></Button>
  if (now.state === 'opening') return <Trans>connecting</Trans>
  if (now.state === 'live') return <span className="inline-flex items-center gap-1.5"><Dot tone="ok" /><Trans>live</Trans></span>
  if (now.state === 'lost') return <span role="status" className="inline-flex items-center gap-1.5 text-warn"><Dot tone="warn" /><Trans>lost, coming back</Trans></span>
  if (now.end.kind === 'read') return <><span><Trans>read</Trans></span>{again}</>
  if (now.end.kind === 'ended') return <><span><Trans>ended: <Inert text={now.end.reason} /></Trans></span>{again}</>
  return <><span className="text-bad"><Inert text={now.end.problem.detail} /></span>{again}</>
}
