// The navigation: a column at the left, a bar at the foot of a phone. It keeps the scope and drops the rest of the search.
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/api/queries'
import { Badge } from '@/ui/chip'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Popover } from '@/ui/popover'
import { AccountPanel } from './account'
import { SECTIONS, type Section } from './sections'

/** What waits for this person: votes to give and own plans that may run. */
export function useInboxCount(): number {
  const inbox = useQuery(sessionQuery).data?.inbox
  return inbox ? inbox.for_my_vote + inbox.mine_ready : 0
}

function Entry({ section, onPhone }: { section: Section; onPhone: boolean }) {
  const { t, i18n } = useLingui()
  const waiting = useInboxCount()
  return (
    <Link
      to={section.to}
      search={(before) => ({ c: before.c, n: before.n })}
      activeOptions={{ exact: section.to === '/', includeSearch: false }}
      className={cx(
        'touch rounded-md text-ink-2 hover:bg-hover hover:text-ink aria-[current=page]:text-ink',
        onPhone ? 'flex min-w-0 flex-1 flex-col items-center gap-0.5 py-1.5 text-xs aria-[current=page]:text-accent' : 'flex h-8 items-center gap-2.5 px-2.5 text-sm aria-[current=page]:bg-hover aria-[current=page]:font-medium',
      )}
    >
      <span className="relative">
        <Icon name={section.icon} />
        {section.to === '/' && onPhone && <span className="absolute -top-1.5 left-3"><Badge count={waiting} label={t`${waiting} waiting for you`} /></span>}
      </span>
      <span className="truncate">{i18n._(section.name)}</span>
      {section.to === '/' && !onPhone && <span className="ml-auto"><Badge count={waiting} label={t`${waiting} waiting for you`} /></span>}
    </Link>
  )
}

export function SideNav() {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Main`} className="sticky top-13 h-[calc(100dvh-3.25rem)] w-48 shrink-0 overflow-y-auto border-r border-line p-2 max-md:hidden">
      <ul className="grid gap-0.5">{SECTIONS.map((section) => <li key={section.to}><Entry section={section} onPhone={false} /></li>)}</ul>
    </nav>
  )
}

export function FootNav() {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Main`} className="fixed inset-x-0 bottom-0 z-20 flex items-stretch border-t border-line bg-surface px-1 pb-[env(safe-area-inset-bottom)] md:hidden">
      {SECTIONS.filter(({ onPhone }) => onPhone).map((section) => <Entry key={section.to} section={section} onPhone />)}
      <Popover label={t`More`} className="flex min-w-0 flex-1 flex-col items-center gap-0.5 rounded-md py-1.5 text-xs text-ink-2" button={<><Icon name="more" /><span><Trans>More</Trans></span></>}>
        {(close) => (
          <>
            <ul className="grid min-w-44 gap-0.5 p-1" onClick={close}>
              {SECTIONS.filter(({ onPhone }) => !onPhone).map((section) => <li key={section.to}><Entry section={section} onPhone={false} /></li>)}
            </ul>
            <div className="border-t border-line"><AccountPanel /></div>
          </>
        )}
      </Popover>
    </nav>
  )
}
