// A plan of two steps whose second is overtaken: the connection to the API server is made slow, the first step is seen to be
// written, and somebody else then changes what the second one meant to.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, testOver } from '../fixtures'
import { namespace, type Namespace } from '../plane'
import type { Wire } from '../wire'

/** Longer than it takes to see the first write happen and to change what the second one meant to. */
const ANSWER_HELD_MS = 4_000
const WRITTEN_WITHIN_MS = 90_000

/** Tests in a namespace with the two of them, one replica each, over a line that can be made slow. */
export const testCartAndWeb = (label: string) => testOver(() => {
  const space = namespace(label)
  for (const app of ['cart', 'web']) space.deploy(app, 1)
  return space
})

/** How many replicas cart is to have now. */
export const replicas = (space: Namespace): string => space.kubectl('get', 'deployment', 'cart', '-o', 'jsonpath={.spec.replicas}')

/** The page of a plan to scale cart to two and give web another image. */
export async function cartAndWeb(page: Page, space: Namespace, image: string): Promise<void> {
  const target = (name: string) => ({ kind: 'deployment', namespace: space.name, name })
  const operations = [
    { op: 'scale', cluster: 'demo', target: target('cart'), replicas: 2 },
    { op: 'set-image', cluster: 'demo', target: target('web'), image },
  ]
  const id = await page.evaluate(async ({ operations, key }) => {
    const headers = { 'x-kubechat': '1', 'content-type': 'application/json', 'idempotency-key': key }
    const asked = await fetch('/api/v1/plans', { method: 'POST', headers, body: JSON.stringify({ operations }) })
    return ((await asked.json()) as { id: string }).id
  }, { operations, key: randomUUID() })
  await page.goto(`/plans/${id}`)
}

/** Runs that plan and overtakes it. The connection stays slow, so that the run is seen under way: `line.mend()` ends that. */
export async function overtaken(page: Page, space: Namespace, line: Wire): Promise<void> {
  await cartAndWeb(page, space, 'registry.example/web:2')
  const go = page.getByRole('main').getByRole('button', { name: 'Run', exact: true })
  await expect(go).toBeVisible()
  line.slow(ANSWER_HELD_MS)
  await go.click()
  await expect.poll(() => replicas(space), { intervals: [50], timeout: WRITTEN_WITHIN_MS }).toBe('2')
  space.kubectl('set', 'image', 'deployment/web', 'app=registry.example/web:theirs')
}
