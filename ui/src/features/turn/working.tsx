// A turn at work: what it is at, since when, and a way to stop it. Stopping is a wish; the turn says when it has stopped.
import { useQueryClient } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { useCancelTurn } from '@/api/mutations'
import { keys } from '@/api/keys'
import { toProblem } from '@/api/problem'
import type { Turn } from '@/api/types'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'
import { Dot } from '@/ui/chip'
import { Code } from '@/ui/code'
import { Time } from '@/ui/time'
import { replaceTurn, type Turns } from './merge'
import { useTalk } from './talk'

export function Working({ turn }: { turn: Turn }) {
  const client = useQueryClient()
  const { readOnly } = useTalk()
  const cancel = useCancelTurn()
  const tool = turn.parts.findLast(({ part }) => part === 'tool')?.name
  const isAnswering = turn.parts.at(-1)?.partial === true
  const stopping = turn.cancel_requested === true || cancel.isPending
  const stop = () => cancel.mutate(turn.id, {
    onSuccess: (told) => client.setQueryData(keys.turns(turn.thread), (known: Turns | undefined) => known && replaceTurn(known, told)),
    onError: (cause) => toast({ tone: 'bad', text: toProblem(cause).detail, hint: toProblem(cause).hint }),
  })
  return (
    <div className="flex min-h-8 items-center gap-3 text-sm text-ink-2">
      <span className="inline-flex items-center gap-2">
        <span className="animate-pulse"><Dot tone="accent" /></span>
        {stopping ? <Trans>Stopping</Trans> : isAnswering ? <Trans>Answering</Trans> : tool ? <Trans>Working, last <Code text={tool} /></Trans> : <Trans>Working</Trans>}
      </span>
      <span className="text-xs text-ink-3"><Time at={turn.created_at} /></span>
      {!readOnly && <Button icon="stop" onClick={stop} disabled={stopping}><Trans>Stop</Trans></Button>}
    </div>
  )
}
