// Every setting in force and who said it. A setting that a file, a flag or the environment says is locked here.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { settingsQuery } from '@/api/queries'
import { ThemeSwitch } from '@/shell/account'
import { Card, CardNote } from '@/ui/card'
import { Code } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { PageFrame, Read } from '@/ui/states/page'

export default function Settings() {
  const { t } = useLingui()
  const query = useQuery(settingsQuery)
  return (
    <PageFrame title={t`Settings`}>
      <Card title={<Trans>Appearance</Trans>}><CardNote><ThemeSwitch /></CardNote></Card>
      <Card title={<Trans>In force</Trans>}>
        <Read query={query} isEmpty={({ items }) => items.length === 0} emptyFirst={{ title: <Trans>No settings</Trans>, text: <Trans>The host names none.</Trans> }} clearFilter={null}>
          {({ items }) => (
            <ul className="divide-y divide-line">
              {items.map(({ name, value, origin, locked }) => (
                <li key={name} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2 text-sm">
                  <span className="w-full font-mono text-xs text-ink sm:w-64"><Inert text={name} /></span>
                  <span className="min-w-0 flex-1 basis-40"><Code text={value} /></span>
                  <span className="inline-flex items-center gap-1.5 text-xs text-ink-3">{locked && <><Icon name="lock" size={12} /><span className="sr-only"><Trans>locked</Trans></span></>}<Inert text={origin} /></span>
                </li>
              ))}
            </ul>
          )}
        </Read>
      </Card>
    </PageFrame>
  )
}
