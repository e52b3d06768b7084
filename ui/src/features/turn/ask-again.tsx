// Says the same sentence once more. Not where the host kept it masked, because the mask would be sent for the secret.
import { Trans } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { Button } from '@/ui/button'
import { isMasked } from './masked'
import { useTalk } from './talk'

/** Codes of what may go well the next time; other problems need another sentence, or a permission. */
const PASSING: ReadonlySet<string> = new Set(['component', 'timeout', 'busy', 'cluster-unreachable', 'store-unavailable'])

export const mayPass = ({ state, parts }: Turn): boolean =>
  state === 'failed' && PASSING.has(parts.findLast(({ part }) => part === 'problem')?.problem?.code ?? '') && !parts.some(({ partial }) => partial === true)

export function AskAgain({ turn }: { turn: Turn }) {
  const { say, saying, readOnly } = useTalk()
  if (readOnly || isMasked(turn.sentence)) return null
  return <Button icon="refresh" disabled={saying} onClick={() => say(turn.sentence)}><Trans>Ask again</Trans></Button>
}
