// Which columns a grid shows. Titles are asked of the host when the chooser opens: a narrow list knows only its own.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { columnsQuery } from '@/api/objects'
import { buttonClass } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { Loading } from '@/ui/states/states'

interface ChooserProps {
  gvr: string
  /** A source to ask for the titles. */
  cluster: string | undefined
  namespace: string | undefined
  shown: readonly string[]
  fields: string | undefined
  onFields: (fields: string | undefined) => void
}

export function ColumnChooser(props: ChooserProps) {
  const { t } = useLingui()
  return (
    <Popover label={t`Columns`} className={buttonClass()} button={<><span><Trans>Columns</Trans></span><Icon name="down" size={12} /></>}>
      {() => <Choices {...props} />}
    </Popover>
  )
}

function Choices({ gvr, cluster, namespace, shown, fields, onFields }: ChooserProps) {
  const query = useQuery(columnsQuery(gvr, { cluster, namespace }))
  const row = 'flex min-h-8 w-full items-center gap-2 rounded px-2 text-left text-sm text-ink-2 hover:bg-hover'
  const choose = (title: string) => {
    const all = query.data?.columns ?? shown
    const next = all.filter((each) => (each === title ? !shown.includes(each) : shown.includes(each)))
    if (next.length > 0) onFields(next.length === all.length ? '*' : next.join(','))
  }
  return (
    <div className="w-60 p-1">
      <button type="button" aria-pressed={fields === undefined} className={row} onClick={() => onFields(undefined)}><span className="w-4 text-accent">{fields === undefined && <Icon name="check" size={14} />}</span><Trans>As the cluster prints it</Trans></button>
      <button type="button" aria-pressed={fields === '*'} className={row} onClick={() => onFields('*')}><span className="w-4 text-accent">{fields === '*' && <Icon name="check" size={14} />}</span><Trans>All columns</Trans></button>
      <hr className="my-1 border-line" />
      {query.isPending && <Loading lines={3} />}
      {(query.data?.columns ?? (query.isPending ? [] : shown)).map((title, index) => (
        <label key={title} className={row}>
          <input type="checkbox" className="accent-[var(--accent-fill)]" checked={shown.includes(title)} disabled={index === 0} onChange={() => choose(title)} />
          <Inert text={title} />
        </label>
      ))}
    </div>
  )
}
