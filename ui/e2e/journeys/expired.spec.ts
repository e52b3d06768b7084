// A plan's time runs out while it is looked at: it says so by itself and offers nothing that would be refused, and one click computes
// it anew.
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'
import { card, run, say } from './say'

const LIFE_S = 10
const test = testIn(
  () => {
    const space = namespace('console-expired')
    space.deploy('web', 3)
    return space
  },
  () => ({ lines: [`plan_life_s = ${LIFE_S}`] }),
)

test('a plan expires', async ({ as, world }) => {
  const replicas = () => world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')
  const page = await as('editor')
  const plan = card(await say(page, 'scale web to 6'))
  await expect(plan.getByText('Ready to run')).toBeVisible()
  await expect(plan.getByText('Expired, nobody ran it in time')).toBeVisible({ timeout: 2 * LIFE_S * 1_000 })
  await expect(plan.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0)
  expect(replicas()).toBe('3')
  await plan.getByRole('button', { name: 'Refresh' }).click()
  await run(plan)
  expect(replicas()).toBe('6')
})
