// The keys of lists. They work on the row that has the keyboard.
import { useLingui } from '@lingui/react/macro'

export function GridKeyList() {
  const { t } = useLingui()
  const rows: [string[], string][] = [
    [['j', 'k', '↓', '↑'], t`Next row, row before`],
    [['Enter', 'd'], t`Open the object`],
    [['l'], t`Its logs`],
    [['y'], t`Its YAML`],
    [['e'], t`Its events`],
    [['Space'], t`Select the row, to make a plan for it`],
    [['/'], t`Filter the list`],
  ]
  return (
    <dl className="grid grid-cols-[auto_1fr] content-start items-center gap-x-6 gap-y-2 text-sm" aria-label={t`In lists`}>
      {rows.map(([names, does]) => (
        <div key={does} className="contents">
          <dt className="flex gap-1">{names.map((name) => <kbd key={name} className="rounded border border-line-strong bg-raised px-1.5 font-mono text-xs">{name}</kbd>)}</dt>
          <dd className="text-ink-2">{does}</dd>
        </div>
      ))}
    </dl>
  )
}
