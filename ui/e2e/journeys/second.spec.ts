// What needs a second person: it waits, stands in the other's inbox, is approved by what was looked at, and then runs.
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'
import { card, run, say } from './say'

const test = testIn(() => {
  const space = namespace('console-production', { environment: 'production' })
  space.deploy('web', 3)
  return space
})

test('a second person decides', async ({ as, world }) => {
  const mine = await as('editor')
  const plan = card(await say(mine, 'scale web to 0'))
  await expect(plan.getByText(/^Waits for others/)).toBeVisible()
  await expect(plan.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0)
  const theirs = await as('second')
  await theirs.getByRole('main').getByRole('link').filter({ hasText: 'scale deployment' }).first().click()
  await expect(theirs).toHaveURL(/\/plans\/p-/)
  await theirs.getByRole('button', { name: 'Approve', exact: true }).click()
  // Nobody loads anything anew: what the other one did is told.
  await expect(plan.getByText('Ready to run')).toBeVisible()
  await run(plan)
  expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('0')
})
