// Said below a text that never came to its end, because whoever wrote it died or was stopped. What has come stays. After a
// problem the same sentence can be asked again.
import { Trans } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { AskAgain } from '../ask-again'

export function CutOff({ turn }: { turn: Turn }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-l-2 border-warn pl-3 text-sm text-warn">
      <span><Trans>The answer was cut off here.</Trans></span>
      {turn.state === 'failed' && <AskAgain turn={turn} />}
    </div>
  )
}
