// A plan that did not come out as planned: one step took and one did not, or all were written and the cluster never came to
// rest. What stands is said of each, and can be taken back.
import { clean } from '../axe'
import { expect } from '../fixtures'
import { cartAndWeb, overtaken, replicas, testCartAndWeb } from './overtaken'
import { run } from './say'

const test = testCartAndWeb('console-partly')

test('a plan whose second step was overtaken says that it partly failed, and takes back what stands', async ({ as, world: { space }, line }) => {
  test.setTimeout(180_000)
  const page = await as('editor')
  await overtaken(page, space, line)
  const main = page.getByRole('main')
  line.mend()
  await expect(main.getByText('Partly failed: 1 of 2 steps')).toBeVisible({ timeout: 60_000 })
  await expect(main.getByRole('region', { name: 'Steps' }).getByRole('listitem').filter({ hasText: 'registry.example/web:2' })).toContainText('failed')
  await clean(page, 'a plan that partly failed')
  await main.getByRole('button', { name: 'Undo', exact: true }).click()
  await run(page.getByRole('main'))
  expect(replicas(space)).toBe('1')
  expect(space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'), 'what others did stays').toBe('registry.example/web:theirs')
})

test('a plan whose rollout never comes to rest is not said to be done', async ({ as, world: { space } }) => {
  test.setTimeout(180_000)
  const page = await as('editor')
  await cartAndWeb(page, space, 'registry.example/web:3-missing')
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Run', exact: true }).click()
  const title = main.getByRole('status').getByText('Written, but not settled')
  await expect(title).toBeVisible({ timeout: 90_000 })
  await expect(main).toContainText('1 still to go')
  await expect(main).not.toContainText('has settled as planned')
  await clean(page, 'a plan that has not settled')
})
