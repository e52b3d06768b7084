// The controls of a log: which pods and container, which lines, how shown. What they say stands in the URL.
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { buttonClass } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Input, Select } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import type { LogSearch } from './search'
import { useTyped } from '../objects/use-typed'

const levels = ['warn', 'bad'] as const

interface LogBarProps {
  pods: readonly string[]
  chosen: readonly string[]
  containers: readonly string[]
  search: LogSearch
  onSearch: (change: LogSearch) => void
}

function Toggle({ pressed, onPress, children }: { pressed: boolean; onPress: () => void; children: ReactNode }) {
  return <button type="button" aria-pressed={pressed} onClick={onPress} className={cx(buttonClass(pressed ? 'plain' : 'quiet'), pressed && 'text-accent')}>{children}</button>
}

export function LogBar({ pods, chosen, containers, search, onSearch }: LogBarProps) {
  const { t } = useLingui()
  const [include, setInclude] = useTyped(search.include ?? '', (text) => onSearch({ include: text || undefined }))
  const [exclude, setExclude] = useTyped(search.exclude ?? '', (text) => onSearch({ exclude: text || undefined }))
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
      {pods.length > 1 && <PodChoice pods={pods} chosen={chosen} onChoose={(next) => onSearch({ pods: next })} />}
      {containers.length > 1 && (
        <div className="w-40">
          <Select aria-label={t`Container`} value={search.container ?? ''} onChange={(event) => onSearch({ container: event.target.value || undefined })}>
            <option value="">{t`First container`}</option>
            {containers.map((name) => <option key={name} value={name}>{name}</option>)}
          </Select>
        </div>
      )}
      <div className="min-w-0 grow basis-36 sm:max-w-56"><Input aria-label={t`Lines with`} placeholder={t`Lines with`} spellCheck={false} autoComplete="off" value={include} onChange={(event) => setInclude(event.target.value)} /></div>
      <div className="min-w-0 grow basis-36 sm:max-w-56"><Input aria-label={t`Lines without`} placeholder={t`Lines without`} spellCheck={false} autoComplete="off" value={exclude} onChange={(event) => setExclude(event.target.value)} /></div>
      <div className="w-44">
        <Select aria-label={t`Level`} value={search.level ?? ''} onChange={(event) => onSearch({ level: levels.find((level) => level === event.target.value) })}>
          <option value="">{t`All levels`}</option>
          <option value="warn">{t`Warnings and errors`}</option>
          <option value="bad">{t`Errors`}</option>
        </Select>
      </div>
      {!search.previous && <Toggle pressed={search.follow !== false} onPress={() => onSearch({ follow: search.follow === false ? undefined : false })}><Trans>Follow</Trans></Toggle>}
      <Toggle pressed={search.previous === true} onPress={() => onSearch({ previous: search.previous ? undefined : true })}><Trans>Run before</Trans></Toggle>
      <Toggle pressed={search.times === true} onPress={() => onSearch({ times: search.times ? undefined : true })}><Trans>Times</Trans></Toggle>
      <Toggle pressed={search.wrap === true} onPress={() => onSearch({ wrap: search.wrap ? undefined : true })}><Trans>Wrap</Trans></Toggle>
    </div>
  )
}

function PodChoice({ pods, chosen, onChoose }: { pods: readonly string[]; chosen: readonly string[]; onChoose: (pods: string | undefined) => void }) {
  const { t } = useLingui()
  const toggle = (pod: string) => {
    const next = pods.filter((each) => (each === pod ? !chosen.includes(each) : chosen.includes(each)))
    onChoose(next.length === 0 || next.length === pods.length ? undefined : next.join(','))
  }
  const count = chosen.length
  const of = pods.length
  return (
    <Popover label={t`Pods`} className={buttonClass()} button={<><Trans>{count} of {of} pods</Trans><Icon name="down" size={12} /></>}>
      {() => (
        <div className="grid max-w-96 p-1">
          {pods.map((pod) => (
            <label key={pod} className="flex min-h-8 items-center gap-2 rounded px-2 text-sm text-ink-2 hover:bg-hover">
              <input type="checkbox" className="accent-[var(--accent-fill)]" checked={chosen.includes(pod)} onChange={() => toggle(pod)} /><Inert text={pod} className="min-w-0 break-all" />
            </label>
          ))}
        </div>
      )}
    </Popover>
  )
}
