// Which sorts of data may go to a destination and which stay, each with a mark beside its word.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import type { DataClass } from '@/api/egress'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'

const CLASSES: Record<DataClass, MessageDescriptor> = {
  prompts: msg`what people say`,
  objects: msg`objects of clusters`,
  logs: msg`log lines`,
  'secret-metadata': msg`names of secrets`,
}

export function Classes({ allowed }: { allowed: readonly DataClass[] }) {
  const { t, i18n } = useLingui()
  return (
    <ul aria-label={t`What may go there`} className="flex flex-wrap gap-1.5">
      {Object.entries(CLASSES).map(([name, word]) => {
        const may = allowed.includes(name as DataClass)
        return (
          <li key={name} className={cx('inline-flex items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs', may ? 'border-transparent bg-accent-soft text-accent' : 'border-line text-ink-3')}>
            <Icon name={may ? 'check' : 'lock'} size={12} />
            {may ? i18n._(word) : <Trans>{i18n._(word)} stay here</Trans>}
          </li>
        )
      })}
    </ul>
  )
}
