// A plan that did not come out as planned: one step took and one did not, or all were written and the cluster never came to
// rest. What stands is said of each, and can be taken back.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { clean } from '../axe'
import { expect, testOver } from '../fixtures'
import { namespace } from '../plane'
import { run } from './say'

/** Longer than the test needs to see the first write happen and to change what the second one meant to. */
const ANSWER_HELD_MS = 4_000

const test = testOver(() => {
  const space = namespace('console-partly')
  for (const app of ['cart', 'web']) space.deploy(app, 1)
  return space
})

/** The page of a plan to scale cart to two and give web another image. */
async function planned(page: Page, namespace: string, image: string): Promise<void> {
  const target = (name: string) => ({ kind: 'deployment', namespace, name })
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

const replicas = (kubectl: (...words: string[]) => string) => kubectl('get', 'deployment', 'cart', '-o', 'jsonpath={.spec.replicas}')

test('a plan whose second step was overtaken says that it partly failed, and takes back what stands', async ({ as, world: { space }, line }) => {
  test.setTimeout(180_000)
  const page = await as('editor')
  await planned(page, space.name, 'registry.example/web:2')
  const main = page.getByRole('main')
  const go = main.getByRole('button', { name: 'Run', exact: true })
  await expect(go).toBeVisible()
  line.slow(ANSWER_HELD_MS)
  await go.click()
  await expect.poll(() => replicas(space.kubectl), { intervals: [50], timeout: 90_000 }).toBe('2')
  space.kubectl('set', 'image', 'deployment/web', 'app=registry.example/web:theirs')
  line.mend()
  await expect(main.getByText('Partly failed: 1 of 2 steps')).toBeVisible({ timeout: 60_000 })
  await expect(main.getByRole('region', { name: 'Steps' }).getByRole('listitem').filter({ hasText: 'registry.example/web:2' })).toContainText('failed')
  await clean(page, 'a plan that partly failed')
  await main.getByRole('button', { name: 'Undo', exact: true }).click()
  await run(page.getByRole('main'))
  expect(replicas(space.kubectl)).toBe('1')
  expect(space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'), 'what others did stays').toBe('registry.example/web:theirs')
})

test('a plan whose rollout never comes to rest is not said to be done', async ({ as, world: { space } }) => {
  test.setTimeout(180_000)
  const page = await as('editor')
  await planned(page, space.name, 'registry.example/web:3-missing')
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Run', exact: true }).click()
  const title = main.getByRole('status').getByText('Written, but not settled')
  await expect(title).toBeVisible({ timeout: 90_000 })
  await expect(main).toContainText('1 still to go')
  await expect(main).not.toContainText('has settled as planned')
  await clean(page, 'a plan that has not settled')
})
