// What stands around every page: skip link, header, navigation, banners, toasts, keys. Its shape is that of the static
// skeleton in index.html, so that nothing moves when React takes over.
import { Link, Outlet, useMatchRoute } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { Suspense } from 'react'
import { useCredential } from '@/api/credential'
import { useQuery } from '@tanstack/react-query'
import type { Problem } from '@/api/problem'
import { sessionQuery } from '@/api/queries'
import { Badge } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Loading } from '@/ui/states/states'
import { useIsWide } from '@/ui/use-media'
import { Account } from './account'
import { Banners } from './banners'
import { Keys } from './keys'
import { Login } from './login'
import { FootNav, SideNav, useInboxCount } from './nav'
import { Prompt } from './prompt'
import { ScopePicker } from './scope-picker'
import { Egress, Health } from './status'
import { Toasts } from './toasts'

export function Shell({ refused }: { refused: Problem | null }) {
  const isOut = useCredential() === 'out'
  useQuery({ ...sessionQuery, enabled: !isOut })
  const isWide = useIsWide()
  if (isOut) return <Login refused={refused} />
  return (
    <div className="min-h-dvh pb-16 md:pb-0">
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent-fill focus:px-3 focus:py-2 focus:text-accent-ink"><Trans>Skip to the content</Trans></a>
      <Header />
      <div className="flex">
        {isWide && <SideNav />}
        <div className="min-w-0 flex-1">
          <Banners />
          <main id="main" tabIndex={-1} className="outline-none"><Suspense fallback={<Loading />}><Outlet /></Suspense></main>
        </div>
      </div>
      {!isWide && <FootNav />}
      <Toasts />
      <Keys />
    </div>
  )
}

function Header() {
  // A conversation has the prompt at its foot; there is one prompt at a time.
  const inConversation = useMatchRoute()({ to: '/chat/$id' }) !== false
  return (
    <header className="sticky top-0 z-20 grid min-h-13 md:h-13 grid-cols-[auto_minmax(0,1fr)] items-center gap-2 border-b border-line bg-surface px-3 py-2 pointer-coarse:py-1 md:flex md:gap-3">
      <Link to="/" search={(before) => ({ c: before.c, n: before.n })} className="touch order-1 inline-flex items-center rounded-md px-1 text-base font-semibold max-[22rem]:hidden md:w-42">Kubechat</Link>
      <div className={cx('order-3 col-span-2 flex min-w-0 md:order-2 md:max-w-3xl md:flex-1', inConversation && 'max-md:hidden')}>{!inConversation && <Prompt />}</div>
      <div className="order-2 flex min-w-0 items-center justify-end gap-0.5 max-[22rem]:col-span-2 md:order-3 md:ml-auto">
        <ScopePicker />
        <InboxLink />
        <Egress />
        <Health />
        <Account />
      </div>
    </header>
  )
}

function InboxLink() {
  const { t } = useLingui()
  const count = useInboxCount()
  return (
    <Link to="/" hash="needs-you" search={(before) => ({ c: before.c, n: before.n })} aria-label={t`Inbox: ${count} waiting for you`} title={t`Inbox`} className="touch relative mr-2 flex size-8 shrink-0 items-center justify-center rounded-md text-ink-2 hover:bg-hover max-md:hidden">
      <Icon name="inbox" />
      {count > 0 && <span aria-hidden="true" className="absolute -top-1 left-5"><Badge count={count} label="" /></span>}
    </Link>
  )
}
