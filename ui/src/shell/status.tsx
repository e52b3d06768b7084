// What one has to know at any time, at the right of the header: to whom sentences leave this host, and whether the host, its
// stream, its models and its plugins are well. A colour never speaks alone: what is not well has another sign, and a word.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { modelsQuery } from '@/api/models'
import { pluginsQuery, readyQuery, sessionQuery } from '@/api/queries'
import { useStreamState } from '@/stream/react'
import { Dot, type Tone } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { LostAt } from '@/ui/time'
import { unwell, type Unwell } from './unwell'

const button = 'flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md px-2 text-xs text-ink-2 hover:bg-hover'
/** Nothing tells of a model that stopped answering; it is asked after this often. */
const MODELS_MS = 60_000

function useWhom(destinations: readonly string[]): string {
  const { t } = useLingui()
  const [first, ...others] = destinations
  if (first === undefined) return t`Nothing leaves`
  return others.length === 0 ? t`Sends to ${first}` : t`Sends to ${first} and ${others.length} more`
}

export function Egress() {
  const { t } = useLingui()
  const egress = useQuery(sessionQuery).data?.egress
  const word = useWhom(egress?.destinations ?? [])
  // Its room is kept until the host has said it, so that nothing beside it moves.
  if (egress === undefined) return <span aria-hidden="true" className={cx(button, 'invisible')}><Icon name="globe" size={14} /><span className="max-lg:hidden">{word}</span></span>
  return (
    <Popover
      label={egress.open ? t`Sends to ${egress.destinations.join(', ')}` : word}
      className={button}
      button={
        <>
          <span className={egress.open ? 'text-warn' : 'text-ink-3'}><Icon name={egress.open ? 'globe' : 'globe-off'} size={14} /></span>
          <span className="max-w-36 truncate max-lg:sr-only xl:max-w-52"><Inert text={word} /></span>
        </>
      }
    >
      {(close) => (
        <div className="grid w-72 gap-2 p-3 text-sm">
          <p className="font-semibold">{egress.open ? <Trans>Sends to</Trans> : word}</p>
          {egress.destinations.length > 0 && <ul className="list-inside list-disc text-ink-2">{egress.destinations.map((name) => <li key={name}><Inert text={name} /></li>)}</ul>}
          <p className="text-ink-2"><Inert text={egress.detail} /></p>
          <Link to="/egress" search={(before) => ({ c: before.c, n: before.n })} onClick={close} className="touch inline-flex w-fit items-center rounded text-accent hover:underline"><Trans>What leaves</Trans></Link>
        </div>
      )}
    </Popover>
  )
}

/** Models and plugins that are wanted and do not work. Asked once the host is known to be well: else it says so itself. */
function useUnwell(): Unwell[] {
  const isReady = useQuery(readyQuery).data?.ready === true
  const models = useQuery({ ...modelsQuery, refetchInterval: MODELS_MS, enabled: isReady }).data?.items
  const plugins = useQuery({ ...pluginsQuery, enabled: isReady }).data?.items
  return unwell(models ?? [], plugins ?? [])
}

function useHealth(ill: readonly Unwell[]): { tone: Tone; word: string } {
  const { t } = useLingui()
  const stream = useStreamState()
  const ready = useQuery(readyQuery)
  if (stream.state === 'offline' || (ready.data === undefined && ready.isError)) return { tone: 'bad', word: t`Offline` }
  if (stream.state === 'stale') return { tone: 'warn', word: t`Connection lost` }
  if (ready.data?.ready === false) return { tone: 'warn', word: t`Degraded` }
  if (ready.data === undefined || stream.state === 'connecting') return { tone: 'plain', word: t`Connecting` }
  if (ill.some(({ kind }) => kind === 'plugin')) return { tone: 'warn', word: t`A plugin fails` }
  if (ill.length > 0) return { tone: 'warn', word: t`A model fails` }
  return { tone: 'ok', word: t`Live` }
}

const isWell = (tone: Tone): boolean => tone === 'ok' || tone === 'plain'

export function Health() {
  const ill = useUnwell()
  const { tone, word } = useHealth(ill)
  const ready = useQuery(readyQuery).data
  const stream = useStreamState()
  return (
    <Popover
      label={word}
      className={cx(button, 'lg:min-w-24')}
      button={
        <>
          {isWell(tone) ? <Dot tone={tone} /> : <span className={tone === 'bad' ? 'text-bad' : 'text-warn'}><Icon name="warning" size={14} /></span>}
          <span className="max-lg:sr-only">{word}</span>
        </>
      }
    >
      {(close) => (
        <div className="grid w-80 gap-2 p-3 text-sm">
          <p className="font-semibold">{word}</p>
          {'since' in stream && <p className="text-ink-2"><LostAt at={stream.since} /> <Trans>Trying again.</Trans></p>}
          <ul className="grid gap-1.5">
            {ill.map(({ kind, name, why }) => <Check key={`${kind} ${name}`} name={name} detail={why} ok={false} />)}
            {ready?.checks?.map((check) => <Check key={check.name} {...check} />)}
          </ul>
          {ill.length > 0 && (
            <Link to={ill.some(({ kind }) => kind === 'model') ? '/models' : '/settings'} search={(before) => ({ c: before.c, n: before.n })} onClick={close} className="touch inline-flex w-fit items-center rounded text-accent hover:underline"><Trans>Look at it</Trans></Link>
          )}
          {ready?.version && <p className="text-xs text-ink-3"><Trans>Kubechat <Inert text={ready.version} /></Trans></p>}
        </div>
      )}
    </Popover>
  )
}

function Check({ name, ok, detail }: { name: string; ok: boolean; detail: string }) {
  return (
    <li className="flex items-baseline gap-2">
      <span className={ok ? 'text-ok' : 'text-bad'}><Icon name={ok ? 'check' : 'cross'} size={12} /></span>
      <span className="min-w-0"><span className="font-medium"><Inert text={name} /></span> <span className="text-ink-2"><Inert text={detail} /></span></span>
    </li>
  )
}
