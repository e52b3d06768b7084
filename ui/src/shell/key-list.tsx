// The keys as people read them, in one place: the dialog of `?` and the help page show this. What they do is in keys.tsx, and
// for lists in the grid.
import { useLingui } from '@lingui/react/macro'
import { SECTIONS } from './sections'

type Row = readonly [keys: readonly string[], does: string]

export function KeyList() {
  const { t, i18n } = useLingui()
  const everywhere: Row[] = [
    [['⌘K', 'Ctrl K', '/'], t`Go to the prompt`],
    [['?'], t`Show the keys`],
    ...SECTIONS.map(({ key, name }): Row => [[`g ${key}`], t`Go to ${i18n._(name)}`]),
  ]
  const inLists: Row[] = [
    [['j', 'k', '↓', '↑'], t`Next row, row before`],
    [['Enter', 'd'], t`Open the object`],
    [['l'], t`Its logs`],
    [['y'], t`Its YAML`],
    [['e'], t`Its events`],
    [['Space'], t`Select the row, to make a plan for it`],
    [['/'], t`Filter the list`],
  ]
  return (
    <div className="@container">
      <div className="grid gap-x-12 gap-y-6 @2xl:grid-cols-2">
        <Keys title={t`Everywhere`} rows={everywhere} />
        <Keys title={t`In lists`} rows={inLists} />
      </div>
    </div>
  )
}

function Keys({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <div className="min-w-0">
      <p className="pb-2 text-xs font-semibold text-ink-3">{title}</p>
      <dl className="grid grid-cols-[auto_1fr] content-start items-center gap-x-6 gap-y-2 text-sm" aria-label={title}>
        {rows.map(([names, does]) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">{names.map((name) => <kbd key={name} className="rounded border border-line-strong bg-raised px-1.5 font-mono text-xs">{name}</kbd>)}</dt>
            <dd className="text-ink-2">{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
