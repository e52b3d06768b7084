// What one has to know at any time, at the right of the header: whether sentences leave this host, and whether the host and
// its stream are well. A colour never speaks alone.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { readyQuery, sessionQuery } from '@/api/queries'
import { useStreamState } from '@/stream/react'
import { Dot, type Tone } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { Time } from '@/ui/time'

const button = 'flex h-8 items-center gap-1.5 rounded-md px-2 text-xs text-ink-2 hover:bg-hover'

export function Egress() {
  const { t } = useLingui()
  const egress = useQuery(sessionQuery).data?.egress
  // Its room is kept until the host has said it, so that nothing beside it moves.
  if (egress === undefined) return <span aria-hidden="true" className={cx(button, 'invisible')}><Icon name="globe" size={14} /><span className="max-lg:hidden">{t`Egress off`}</span></span>
  // The host says it in words only; open it is never then.
  const isAirGapped = egress.detail.startsWith('air-gapped')
  const word = egress.open ? t`Egress on` : isAirGapped ? t`Air-gapped` : t`Egress off`
  const whom = egress.destinations.join(', ')
  return (
    <Popover label={whom === '' ? word : t`${word}: ${whom}`} className={button} button={<><span className={egress.open ? 'text-warn' : 'text-ink-3'}><Icon name="globe" size={14} /></span><span className="max-lg:sr-only">{word}</span></>}>
      {(close) => (
        <div className="grid w-72 gap-2 p-3 text-sm">
          <p className="font-semibold">{word}</p>
          <p className="text-ink-2"><Inert text={egress.detail} /></p>
          {egress.destinations.length > 0 && <ul className="list-inside list-disc text-ink-2">{egress.destinations.map((name) => <li key={name}><Inert text={name} /></li>)}</ul>}
          <Link to="/egress" search={(before) => ({ c: before.c, n: before.n })} onClick={close} className="w-fit rounded text-accent hover:underline"><Trans>What leaves</Trans></Link>
        </div>
      )}
    </Popover>
  )
}

function useHealth(): { tone: Tone; word: string } {
  const { t } = useLingui()
  const stream = useStreamState()
  const ready = useQuery(readyQuery)
  if (stream.state === 'offline' || (ready.data === undefined && ready.isError)) return { tone: 'bad', word: t`Offline` }
  if (stream.state === 'stale') return { tone: 'warn', word: t`Connection lost` }
  if (ready.data?.ready === false) return { tone: 'warn', word: t`Degraded` }
  if (ready.data === undefined || stream.state === 'connecting') return { tone: 'plain', word: t`Connecting` }
  return { tone: 'ok', word: t`Live` }
}

export function Health() {
  const { tone, word } = useHealth()
  const ready = useQuery(readyQuery).data
  const stream = useStreamState()
  return (
    <Popover label={word} className={cx(button, 'lg:min-w-24')} button={<><Dot tone={tone} /><span className="max-lg:sr-only">{word}</span></>}>
      {() => (
        <div className="grid w-80 gap-2 p-3 text-sm">
          <p className="font-semibold">{word}</p>
          {'since' in stream && <p className="text-ink-2"><Trans>The connection was lost <Time at={stream.since} />. Trying again.</Trans></p>}
          <ul className="grid gap-1.5">
            {ready?.checks?.map(({ name, ok, detail }) => (
              <li key={name} className="flex items-baseline gap-2">
                <span className={ok ? 'text-ok' : 'text-bad'}><Icon name={ok ? 'check' : 'cross'} size={12} /></span>
                <span className="min-w-0"><span className="font-medium"><Inert text={name} /></span> <span className="text-ink-2"><Inert text={detail} /></span></span>
              </li>
            ))}
          </ul>
          {ready?.version && <p className="text-xs text-ink-3"><Trans>Kubechat <Inert text={ready.version} /></Trans></p>}
        </div>
      )}
    </Popover>
  )
}
