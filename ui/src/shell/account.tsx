// Who this is, the theme, and the way out: behind the person's initials in the header, and under "More" on a phone.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { useId } from 'react'
import { sessionQuery } from '@/api/queries'
import { Button } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { initials } from './initials'
import { setTheme, useTheme, type Theme } from './theme'
import { useLogOut } from './use-log-out'

export function ThemeSwitch() {
  const { t } = useLingui()
  const theme = useTheme()
  // Two of them may stand on a page: each is a choice of its own.
  const name = useId()
  const words: Record<Theme, string> = { auto: t`Auto`, dark: t`Dark`, light: t`Light` }
  return (
    <fieldset className="flex w-fit gap-0.5 rounded-md border border-line bg-bg p-0.5">
      <legend className="sr-only"><Trans>Theme</Trans></legend>
      {(['auto', 'dark', 'light'] as const).map((value) => (
        <label key={value} className={cx('cursor-pointer rounded px-2.5 py-0.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent', value === theme ? 'bg-hover text-ink' : 'text-ink-2')}>
          <input type="radio" name={name} className="sr-only" checked={value === theme} onChange={() => setTheme(value)} />
          {words[value]}
        </label>
      ))}
    </fieldset>
  )
}

/** What stands behind the person's name. */
export function AccountPanel() {
  const session = useQuery(sessionQuery).data
  const logOut = useLogOut()
  return (
    <div className="grid w-64 max-w-full gap-3 p-3 text-sm">
      {session && (
        <div>
          <p className="font-semibold"><Inert text={session.name} className="wrap-anywhere" /></p>
          {session.groups.length > 0 && <p className="text-ink-3"><Trans>In <Inert text={session.groups.join(', ')} className="wrap-anywhere" /></Trans></p>}
        </div>
      )}
      <ThemeSwitch />
      <Button onClick={logOut}><Trans>Log out</Trans></Button>
    </div>
  )
}

export function Account() {
  const { t } = useLingui()
  const name = useQuery(sessionQuery).data?.name ?? ''
  const label = name === '' ? t`Who you are` : t`You are ${name}`
  return (
    <Popover
      label={label}
      // As wide with a name as before it is known, so that nothing beside it moves.
      className="flex h-8 shrink-0 items-center justify-center gap-2 rounded-md px-1 text-sm text-ink-2 hover:bg-hover xl:w-36 xl:justify-start"
      button={
        <>
          <span aria-hidden="true" className="flex size-6 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised text-[0.6875rem] font-semibold text-ink">{initials(name)}</span>
          <Inert text={name} short className="min-w-0 max-xl:hidden" />
        </>
      }
    >
      {() => <AccountPanel />}
    </Popover>
  )
}
