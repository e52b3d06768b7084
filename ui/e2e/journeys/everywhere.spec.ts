// Two clusters that both have something broken: the first page shows both, each with its cluster, and when one of them is lost
// it says so and keeps what the other has.
import { readFileSync, writeFileSync } from 'node:fs'
import { clean } from '../axe'
import { expect, testIn } from '../fixtures'
import { namespace, type Namespace } from '../plane'
import { NARROW, WIDE, beyond } from '../visit'
import { run } from './say'

const BROKEN_WITHIN_MS = 60_000

/** A namespace with a Deployment whose new image can't be had. */
function broken(label: string, app: string): Namespace {
  const space = namespace(label)
  space.deploy(app, 1)
  space.kubectl('set', 'image', `deployment/${app}`, `app=registry.example/${app}:2-missing`)
  return space
}

let east: Namespace
const test = testIn(() => {
  east = broken('console-east', 'cart')
  return broken('console-near', 'search')
}, () => ({ clusters: [{ name: 'east', kubeconfig: east.kubeconfig('editor') }] }))

test.use({ allowed: [/status of 50[0-9]/] })
test.afterAll(() => east.remove())

test('what is broken on any cluster is on the first page, also when another one is lost', async ({ as, world }) => {
  for (const space of [east, world.space]) await expect.poll(() => space.kubectl('get', 'pods', '-o', 'json'), { timeout: BROKEN_WITHIN_MS }).toMatch(/ImagePullBackOff|ErrImagePull/)
  const page = await as('editor')
  const card = page.getByRole('region', { name: 'Broken now' })
  const of = (cluster: string) => card.getByRole('listitem').filter({ has: page.getByText(cluster, { exact: true }) })
  const near = of('demo').filter({ hasText: `${world.space.name}/search` })
  const far = of('east').filter({ hasText: `${east.name}/cart` })
  await expect(near).toBeVisible()
  await expect(far).toBeVisible()
  await expect(page.getByRole('region', { name: 'Ask' })).toContainText('Asked of demo, the first in the scope')
  await clean(page, 'what is broken on two clusters')
  await page.setViewportSize(NARROW)
  expect(await beyond(page), 'it fits a small screen').toBe(0)
  await page.setViewportSize(WIDE)

  await far.getByRole('link', { name: /^Logs/ }).click()
  await expect(page).toHaveURL(new RegExp(`/r/deployments\\.apps/east/${east.name}/cart\\?tab=logs`))
  await page.goto('/')
  await far.getByRole('button', { name: 'Plan the fix' }).click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  await run(page.getByRole('main'))
  expect(east.kubectl('get', 'deployment', 'cart', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('registry.example/cart:1')

  const file = east.kubeconfig('editor')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/server: .*/, 'server: https://127.0.0.1:9'))
  await page.goto('/')
  await expect(near).toBeVisible()
  await expect(card.getByRole('list', { name: 'What could not be read' }).filter({ hasText: 'east: ' })).toContainText(/east: .*(refused|listens)/)
  await expect(card.getByText('Nothing is broken')).toHaveCount(0)
})
