// A plan goes stale: what changed meanwhile is said, nothing is written, and one click computes it anew.
import { expect, test } from '../fixtures'
import { card, run, say } from './say'

// The browser itself notes every answer that is no success.
test.use({ allowed: [/the server responded with a status of 409/] })

test('a plan goes stale', async ({ as, world }) => {
  const replicas = () => world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')
  const page = await as('editor')
  const plan = card(await say(page, 'scale web to 6'))
  await expect(plan.getByText('Ready to run')).toBeVisible()
  world.space.kubectl('scale', 'deployment/web', '--replicas=2')
  await plan.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(plan.getByText(/^Stale: the cluster changed/)).toBeVisible()
  expect(replicas()).toBe('2')
  await plan.getByRole('button', { name: 'Refresh' }).click()
  await expect(plan).toContainText('spec.replicas: 2')
  await run(plan)
  expect(replicas()).toBe('6')
  world.space.kubectl('scale', 'deployment/web', '--replicas=3')
})
