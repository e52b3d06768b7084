// Conditions as a list: which, whether, since when, why. A condition is good or bad by its own name's meaning; one that says
// only that something is under way is neither, and is good once everything is ready.
import { Trans } from '@lingui/react/macro'
import { Card, CardList, CardRow } from '@/ui/card'
import { Dot, type Tone } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Time } from '@/ui/time'
import { text, type Obj } from './read'

/** Conditions that are bad when they are true; all others are bad when they are false. */
const BAD_WHEN_TRUE = /pressure|unavailable|failed|failure|stalled|degraded|disruptiontarget/i

/** Conditions that say how something goes on and not how it stands. A Deployment whose pods all crash is still `Progressing`. */
const UNDER_WAY = /^(progressing|reconciling|suspended)$/i

/** Said of what came to its end as it should. */
const DONE = 'PodCompleted'

interface ConditionTone {
  /** Why, in the cluster's word. */
  reason?: string | undefined
  /** Less is ready than should be. */
  isShort?: boolean
}

export function conditionTone(type: string, status: string, { reason, isShort = false }: ConditionTone = {}): Tone {
  if (status === 'Unknown') return 'warn'
  if (reason === DONE) return 'plain'
  if (status === 'True' && UNDER_WAY.test(type) && (isShort || !/^progressing$/i.test(type))) return 'plain'
  return (status === 'True') === BAD_WHEN_TRUE.test(type) ? 'bad' : 'ok'
}

export function Conditions({ conditions, isShort }: { conditions: readonly Obj[]; isShort: boolean }) {
  if (conditions.length === 0) return null
  return (
    <Card title={<Trans>Conditions</Trans>}>
      <CardList>
        {conditions.map((condition) => {
          const type = text(condition, 'type') ?? ''
          const status = text(condition, 'status') ?? ''
          const since = text(condition, 'lastTransitionTime')
          const reason = text(condition, 'reason')
          const why = [reason, text(condition, 'message')].filter(Boolean).join(': ')
          return (
            <CardRow key={type}>
              <div className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[13rem_1fr_auto] sm:items-baseline">
                <span className="inline-flex min-w-0 items-center gap-2 font-medium"><Dot tone={conditionTone(type, status, { reason, isShort })} /><Inert text={type} short /><Inert text={status} className="font-normal text-ink-3" /></span>
                <Inert text={why} className="min-w-0 break-words text-ink-2" />
                {since !== undefined && <span className="text-xs text-ink-3"><Time at={since} /></span>}
              </div>
            </CardRow>
          )
        })}
      </CardList>
    </Card>
  )
}
