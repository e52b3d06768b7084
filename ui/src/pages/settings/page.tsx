// Every setting in force and who said it, the components in use, and how this browser shows it all. What a file, a flag or the
// environment says is locked here: it is changed there.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { pluginsQuery, settingsQuery } from '@/api/queries'
import { ThemeSwitch } from '@/shell/account'
import { Card } from '@/ui/card'
import { PageFrame, Read } from '@/ui/states/page'
import { PluginRow } from './plugin-row'
import { SettingList } from './setting-list'

export default function Settings() {
  const { t } = useLingui()
  const settings = useQuery(settingsQuery)
  const plugins = useQuery(pluginsQuery)
  return (
    <PageFrame title={t`Settings`}>
      <Card title={<Trans>Appearance</Trans>}>
        <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
          <p className="text-sm text-ink-2"><Trans>Kept in this browser only.</Trans></p>
          <ThemeSwitch />
        </div>
      </Card>
      <Card title={<Trans>In force</Trans>}>
        <Read query={settings} isEmpty={({ items }) => items.length === 0} emptyFirst={{ title: <Trans>No settings</Trans>, text: <Trans>The host names none.</Trans> }} clearFilter={null} lines={34}>
          {({ items }) => <SettingList settings={items} />}
        </Read>
      </Card>
      <Card title={<Trans>Plugins</Trans>}>
        <Read query={plugins} isEmpty={({ items }) => items.length === 0} emptyFirst={{ title: <Trans>No plugins</Trans>, text: <Trans>The host runs without components: sentences are not understood and no policy is asked.</Trans> }} clearFilter={null}>
          {({ items }) => <ul className="divide-y divide-line">{items.map((plugin) => <li key={plugin.file} className="px-4 py-3"><PluginRow plugin={plugin} /></li>)}</ul>}
        </Read>
      </Card>
    </PageFrame>
  )
}
