// Who this is, the theme, and the way out.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { sessionQuery } from '@/api/queries'
import { Button } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { setTheme, useTheme, type Theme } from './theme'
import { useLogOut } from './use-log-out'

export function ThemeSwitch() {
  const { t } = useLingui()
  const theme = useTheme()
  const words: Record<Theme, string> = { auto: t`Auto`, dark: t`Dark`, light: t`Light` }
  return (
    <fieldset className="flex w-fit gap-0.5 rounded-md border border-line bg-bg p-0.5">
      <legend className="sr-only"><Trans>Theme</Trans></legend>
      {(['auto', 'dark', 'light'] as const).map((value) => (
        <label key={value} className={cx('cursor-pointer rounded px-2.5 py-0.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent', value === theme ? 'bg-hover text-ink' : 'text-ink-2')}>
          <input type="radio" name="theme" className="sr-only" checked={value === theme} onChange={() => setTheme(value)} />
          {words[value]}
        </label>
      ))}
    </fieldset>
  )
}

export function Account() {
  const { t } = useLingui()
  const session = useQuery(sessionQuery).data
  const logOut = useLogOut()
  return (
    <Popover label={t`Account and theme`} className="flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-hover" button={<Icon name="theme" />}>
      {() => (
        <div className="grid w-64 gap-3 p-3 text-sm">
          {session && (
            <div>
              <p className="font-semibold"><Inert text={session.name} /></p>
              {session.groups.length > 0 && <p className="text-ink-3"><Inert text={session.groups.join(', ')} /></p>}
            </div>
          )}
          <ThemeSwitch />
          <Button onClick={logOut}><Trans>Log out</Trans></Button>
        </div>
      )}
    </Popover>
  )
}
