// An object's parts in a test, at its address, with the host's answers by their path. Test support, in no build.
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import type { ObjectRef } from '@/api/types'
import { recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'

export const AT = { cluster: 'demo', gvr: 'deployments.apps', namespace: 'shop', name: 'web' }

export const podRef = (name: string, namespace = 'shop'): ObjectRef => ({ name, namespace, type: { group: '', kind: 'Pod', namespaced: true, plural: 'pods', version: 'v1' } })
export const deploymentRef = (name: string): ObjectRef => ({ name, namespace: 'shop', type: { group: 'apps', kind: 'Deployment', namespaced: true, plural: 'deployments', version: 'v1' } })

export interface Sent { path: string; body: string }

/** What isn't said here is answered as recorded. */
export function hostAnswers(answers: Record<string, unknown>): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const path = new URL(request.url).pathname.replace('/api/v1', '')
    sent.push({ path: `${request.method} ${path}`, body: await request.clone().text() })
    const answer = answers[`${request.method} ${path}`]
    if (answer instanceof Response) return answer.clone()
    return answer === undefined ? recordedFetch(request) : Response.json(answer)
  })
  return sent
}

export function renderAtObject(node: () => ReactNode) {
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: '/r/$gvr/$cluster/$namespace/$name', component: node })
  const plan = createRoute({ getParentRoute: () => root, path: '/plans/$id', component: () => 'the plan' })
  const router = createRouter({ routeTree: root.addChildren([here, plan]), history: createMemoryHistory({ initialEntries: ['/r/deployments.apps/demo/shop/web'] }) })
  return renderInConsole(<RouterProvider router={router as never} />)
}

export const relatedTo = (items: readonly { kind: string; object: ObjectRef; state: string }[], total = items.length) => ({
  object: deploymentRef('web'), unseen: [], relations: [{ relation: 'dependent', items, total, omitted: total - items.length }],
})
