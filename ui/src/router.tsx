// Every route of the console. Pages are lazy: a page's code comes when one goes there, and only this table comes first.
// Tests enumerate the pages from here, so a page that isn't here does not exist.
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, retainSearchParams, type ErrorComponentProps } from '@tanstack/react-router'
import { toProblem, type Problem } from './api/problem'
import { beginHome, beginList, beginObject, beginPlan } from './api/begin'
import type { ObjectAt } from './api/keys'
import { readPlanSearch } from './features/plan/search'
import { readChatSearch } from './pages/chat/search'
import { readEgressSearch } from './pages/egress/search'
import { readPlansSearch } from './pages/plans/search'
import { readGridSearch, readKindsSearch, readObjectSearch } from './features/objects/search'
import { NoSuchPage } from './shell/no-such-page'
import { readScopeSearch, scopeOf, type ScopeSearch } from './shell/scope'
import { Shell } from './shell/shell'
import { Failed } from './ui/states/states'

interface Known {
  cache: QueryClient
}

/** Why the login link that was followed did not work; set before the first render. */
let refusedLink: Problem | null = null
export const setRefusedLink = (problem: Problem): void => { refusedLink = problem }

const root = createRootRouteWithContext<Known>()({
  component: () => <Shell refused={refusedLink} />,
  notFoundComponent: NoSuchPage,
  validateSearch: readScopeSearch,
  search: { middlewares: [retainSearchParams(['c', 'n'])] },
})

/** Asked for beside the page's code rather than after it; the page itself waits for neither. Pointing at a link asks nothing. */
const readHome = ({ context, deps, preload }: { context: Known; deps: ScopeSearch; preload: boolean }) => {
  if (!preload) beginHome(context.cache, scopeOf(deps))
}
const readPlan = ({ context, params, preload }: { context: Known; params: { id: string }; preload: boolean }) => {
  if (!preload) beginPlan(context.cache, params.id)
}
/** Only when one comes: a tab is read by itself. */
const readObject = ({ context, params, preload, cause }: { context: Known; params: ObjectAt; preload: boolean; cause: string }) => {
  if (!preload && cause !== 'stay') beginObject(context.cache, params)
}
interface ListVisit {
  context: Known
  params: { gvr: string }
  location: { search: object }
  preload: boolean
  cause: string
}
/** Only when one comes: what changes on the page (a filter, a selection) is the page's own to ask about. */
const readList = ({ context, params: { gvr }, location, preload, cause }: ListVisit) => {
  if (preload || cause === 'stay') return
  const search: Record<string, unknown> = { ...location.search }
  const { cluster, namespace } = scopeOf(readScopeSearch(search))
  const { labels, fields } = readGridSearch(search)
  beginList(context.cache, { gvr, cluster, namespace, labels, fields })
}
const home = createRoute({ getParentRoute: () => root, path: '/', loaderDeps: ({ search: { c, n } }) => ({ c, n }), loader: readHome, component: lazyRouteComponent(() => import('./pages/home/page')) })
const chats = createRoute({ getParentRoute: () => root, path: '/chat', component: lazyRouteComponent(() => import('./pages/chat/list')) })
const chat = createRoute({ getParentRoute: () => root, path: '/chat/$id', validateSearch: readChatSearch, component: lazyRouteComponent(() => import('./pages/chat/page')) })
const plans = createRoute({ getParentRoute: () => root, path: '/plans', validateSearch: readPlansSearch, component: lazyRouteComponent(() => import('./pages/plans/list')) })
const plan = createRoute({ getParentRoute: () => root, path: '/plans/$id', validateSearch: readPlanSearch, loader: readPlan, component: lazyRouteComponent(() => import('./pages/plans/page')) })
const kinds = createRoute({ getParentRoute: () => root, path: '/r', validateSearch: readKindsSearch, component: lazyRouteComponent(() => import('./pages/resources/kinds')) })
const resources = createRoute({ getParentRoute: () => root, path: '/r/$gvr', validateSearch: readGridSearch, loader: readList, component: lazyRouteComponent(() => import('./pages/resources/page')) })
const object = createRoute({ getParentRoute: () => root, path: '/r/$gvr/$cluster/$namespace/$name', validateSearch: readObjectSearch, loader: readObject, component: lazyRouteComponent(() => import('./pages/resources/object')) })
const clusters = createRoute({ getParentRoute: () => root, path: '/clusters', component: lazyRouteComponent(() => import('./pages/clusters/page')) })
const models = createRoute({ getParentRoute: () => root, path: '/models', component: lazyRouteComponent(() => import('./pages/models/page')) })
const egress = createRoute({ getParentRoute: () => root, path: '/egress', validateSearch: readEgressSearch, component: lazyRouteComponent(() => import('./pages/egress/page')) })
const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('./pages/settings/page')) })
const help = createRoute({ getParentRoute: () => root, path: '/help', component: lazyRouteComponent(() => import('./pages/help/page')) })

export const routeTree = root.addChildren([home, chats, chat, plans, plan, kinds, resources, object, clusters, models, egress, settings, help])

const PageFailed = ({ error, reset }: ErrorComponentProps) => <Failed problem={toProblem(error)} onRetry={reset} />

export const makeRouter = (cache: QueryClient) =>
  createRouter({ routeTree, context: { cache }, defaultPreload: 'intent', defaultErrorComponent: PageFailed, scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
