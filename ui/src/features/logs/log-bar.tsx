// The controls of a log: which pods and container, which lines, how shown. What they say stands in the URL. A phone has room
// for the words that are looked for; everything else is behind one button there.
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { buttonClass } from '@/ui/button'
import { Badge } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Input, Select } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { useIsNarrow } from '@/ui/use-media'
import { chosenOf, type LogSearch } from './search'
import { useTyped } from '../objects/use-typed'

const levels = ['warn', 'bad'] as const

interface LogBarProps {
  pods: readonly string[]
  chosen: readonly string[]
  containers: readonly string[]
  search: LogSearch
  onSearch: (change: LogSearch) => void
}

export function LogBar(props: LogBarProps) {
  const { pods, chosen, search, onSearch } = props
  const { t } = useLingui()
  const isNarrow = useIsNarrow()
  const [include, setInclude] = useTyped(search.include ?? '', (text) => onSearch({ include: text || undefined }))
  const [exclude, setExclude] = useTyped(search.exclude ?? '', (text) => onSearch({ exclude: text || undefined }))
  const withWords = <Words label={t`Lines with`} value={include} onChange={setInclude} />
  const without = <Words label={t`Lines without`} value={exclude} onChange={setExclude} />
  const count = chosenOf(search)
  if (isNarrow) {
    return (
      <div className="flex items-center gap-2 border-b border-line p-2">
        {withWords}
        <Popover label={count === 0 ? t`Options` : t`Options, ${count} chosen`} className={buttonClass()} button={<><Trans>Options</Trans>{count > 0 && <span aria-hidden="true"><Badge count={count} label="" /></span>}<Icon name="down" size={12} /></>}>
          {() => (
            <div className="grid w-72 max-w-full gap-2 p-2">
              {without}
              <Container {...props} />
              <Level {...props} />
              <div className="flex flex-wrap gap-2"><Toggles {...props} isNarrow /></div>
              {pods.length > 1 && <fieldset><legend className="px-2 text-xs text-ink-3"><Trans>Pods</Trans></legend><PodList pods={pods} chosen={chosen} onChoose={(next) => onSearch({ pods: next })} /></fieldset>}
            </div>
          )}
        </Popover>
      </div>
    )
  }
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
      {pods.length > 1 && <PodChoice pods={pods} chosen={chosen} onChoose={(next) => onSearch({ pods: next })} />}
      <Container {...props} />
      {withWords}
      {without}
      <Level {...props} />
      <Toggles {...props} isNarrow={false} />
    </div>
  )
}

function Words({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  return <div className="min-w-0 grow basis-28 sm:max-w-56"><Input aria-label={label} placeholder={label} spellCheck={false} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} /></div>
}

function Container({ containers, search, onSearch }: LogBarProps) {
  const { t } = useLingui()
  if (containers.length < 2) return null
  return (
    <div className="w-40 max-sm:w-full">
      <Select aria-label={t`Container`} value={search.container ?? ''} onChange={(event) => onSearch({ container: event.target.value || undefined })}>
        <option value="">{t`First container`}</option>
        {containers.map((name) => <option key={name} value={name}>{name}</option>)}
      </Select>
    </div>
  )
}

function Level({ search, onSearch }: LogBarProps) {
  const { t } = useLingui()
  return (
    <div className="w-44 max-sm:w-full">
      <Select aria-label={t`Level`} value={search.level ?? ''} onChange={(event) => onSearch({ level: levels.find((level) => level === event.target.value) })}>
        <option value="">{t`All levels`}</option>
        <option value="warn">{t`Warnings and errors`}</option>
        <option value="bad">{t`Errors`}</option>
      </Select>
    </div>
  )
}

function Toggles({ search, onSearch, isNarrow }: LogBarProps & { isNarrow: boolean }) {
  const wraps = search.wrap ?? isNarrow
  return (
    <>
      {!search.previous && <Toggle pressed={search.follow !== false} onPress={() => onSearch({ follow: search.follow === false ? undefined : false })}><Trans>Follow</Trans></Toggle>}
      <Toggle pressed={search.previous === true} onPress={() => onSearch({ previous: search.previous ? undefined : true })}><Trans>Previous run</Trans></Toggle>
      <Toggle pressed={search.times === true} onPress={() => onSearch({ times: search.times ? undefined : true })}><Trans>Timestamps</Trans></Toggle>
      <Toggle pressed={wraps} onPress={() => onSearch({ wrap: wraps === isNarrow ? !isNarrow : undefined })}><Trans>Wrap</Trans></Toggle>
    </>
  )
}

/** Pressed or not is a box with a mark or without, so that it is seen in every theme, also where all colours are the system's. */
function Toggle({ pressed, onPress, children }: { pressed: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button type="button" aria-pressed={pressed} onClick={onPress} className={cx(buttonClass('plain'), 'px-2!', pressed ? 'border-accent! bg-accent-soft!' : 'text-ink-2!')}>
      <span aria-hidden="true" className={cx('flex size-3.5 items-center justify-center rounded-sm border', pressed ? 'border-accent text-accent' : 'border-line-strong')}>{pressed && <Icon name="check" size={10} />}</span>
      {children}
    </button>
  )
}

interface PodChoiceProps {
  pods: readonly string[]
  chosen: readonly string[]
  onChoose: (pods: string | undefined) => void
}

function PodChoice(props: PodChoiceProps) {
  const { t } = useLingui()
  const count = props.chosen.length
  const of = props.pods.length
  return (
    <Popover label={t`Pods`} className={buttonClass()} button={<><Trans>{count} of {of} pods</Trans><Icon name="down" size={12} /></>}>
      {() => <div className="max-w-96 p-1"><PodList {...props} /></div>}
    </Popover>
  )
}

function PodList({ pods, chosen, onChoose }: PodChoiceProps) {
  const toggle = (pod: string) => {
    const next = pods.filter((each) => (each === pod ? !chosen.includes(each) : chosen.includes(each)))
    onChoose(next.length === 0 || next.length === pods.length ? undefined : next.join(','))
  }
  return (
    <div className="grid">
      {pods.map((pod) => (
        <label key={pod} className="flex min-h-8 items-center gap-2 rounded px-2 text-sm text-ink-2 hover:bg-hover">
          <input type="checkbox" className="accent-[var(--accent-fill)]" checked={chosen.includes(pod)} onChange={() => toggle(pod)} /><Inert text={pod} className="min-w-0 break-all" />
        </label>
      ))}
    </div>
  )
}
