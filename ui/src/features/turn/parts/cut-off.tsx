// Said below a text that never came to its end, because whoever wrote it died or was stopped. What has come stays. After a
// problem the same sentence can be asked again; not where the host kept it masked, because a mask would be sent for the secret.
import { Trans } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { Button } from '@/ui/button'
import { isMasked } from '../masked'
import { useTalk } from '../talk'

export function CutOff({ turn }: { turn: Turn }) {
  const { say, saying } = useTalk()
  const canAgain = turn.state === 'failed' && !isMasked(turn.sentence)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-l-2 border-warn pl-3 text-sm text-warn">
      <span><Trans>The answer was cut off here.</Trans></span>
      {canAgain && <Button icon="refresh" disabled={saying} onClick={() => say(turn.sentence)}><Trans>Ask again</Trans></Button>}
    </div>
  )
}
