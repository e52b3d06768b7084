// What the palette offers here, and what becomes of what was chosen. Conversations are read once somebody types, never before.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { newestThreadsQuery, sessionQuery } from '@/api/queries'
import { showKeys } from './keys-shown'
import { hasMeaning, meantBy, type Action, type Does, type Meant } from './palette'
import { withClusters } from './scope'
import { SECTIONS } from './sections'
import { setTheme } from './theme'
import { toast } from './toasts'
import { useLogOut } from './use-log-out'
import { useSetScope } from './use-scope'

export function useMeant(text: string, isAsked: boolean): Meant[] {
  const { t, i18n } = useLingui()
  const session = useQuery({ ...sessionQuery, enabled: false }).data
  const threads = useQuery({ ...newestThreadsQuery, enabled: isAsked && hasMeaning(text) }).data
  if (!isAsked) return []
  const action = (does: Does, name: string, detail = ''): Action => ({ kind: 'action', does, text: name, detail })
  return meantBy(text, {
    places: SECTIONS.map(({ to, name, key }) => ({ kind: 'place', to, text: i18n._(name), detail: `g ${key}` })),
    actions: [
      action('keys', t`Show the keys`, '?'),
      action('link', t`Copy the link to this page`),
      action('dark', t`Dark theme`),
      action('light', t`Light theme`),
      action('auto', t`Theme of the system`),
      action('out', t`Log out`),
    ],
    clusters: session?.clusters.map(({ name }) => name) ?? [],
    threads: threads?.items ?? [],
  })
}

export function useTakeMeant(): (meant: Meant) => void {
  const { t } = useLingui()
  const navigate = useNavigate()
  const setScope = useSetScope()
  const logOut = useLogOut()
  const copy = () => void navigator.clipboard.writeText(location.href).then(
    () => toast({ tone: 'ok', text: t`Link copied.` }),
    () => toast({ tone: 'bad', text: t`The browser did not let us copy.` }),
  )
  const act = (does: Does) => {
    if (does === 'keys') showKeys()
    else if (does === 'link') copy()
    else if (does === 'out') logOut()
    else setTheme(does)
  }
  return (meant) => {
    if (meant.kind === 'place') void navigate({ to: meant.to, search: (before) => ({ c: before.c, n: before.n }) })
    else if (meant.kind === 'thread') void navigate({ to: '/chat/$id', params: { id: meant.id }, search: (before) => ({ c: before.c, n: before.n }) })
    else if (meant.kind === 'cluster') setScope(withClusters([meant.text]))
    else act(meant.does)
  }
}
