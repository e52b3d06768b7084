// What policy does not let run: the plan is there with its diff, says which rule, why and what to change, and has no way to
// run. Changed as it says, it may.
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'
import { clean } from '../axe'
import { card, run, say } from './say'

const test = testIn(() => {
  const space = namespace('console-denied')
  space.deploy('web', 2)
  return space
}, (space) => ({ clusters: [{ name: 'production', kubeconfig: space.kubeconfig('editor'), mode: 'guarded' }] }))

test('a floating tag in production is denied, and what to do instead is said and works', async ({ as, world }) => {
  const page = await as('editor')
  const turn = await say(page, 'set image of web to registry.example/web:latest on production')
  const plan = card(turn)
  await expect(plan.getByText('Policy does not let this run').first()).toBeVisible()
  await expect(plan).toContainText('Name a version')
  await expect(plan.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0)
  await clean(page, 'a denied plan')
  const image = () => world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')
  expect(image()).toBe('registry.example/web:1')
  await run(card(await say(page, 'set image of web to registry.example/web:2 on production')))
  expect(image()).toBe('registry.example/web:2')
})

test('what was refused is changed where the refusal stands, and then runs', async ({ as, world }) => {
  const page = await as('editor')
  const plan = card(await say(page, 'set image of web to registry.example/web:latest on production'))
  await expect(plan).toContainText(`production / ${world.space.name}`)
  await plan.getByRole('button', { name: 'Change it' }).click()
  await plan.getByLabel(/image/).fill('registry.example/web:3')
  await clean(page, 'a denied plan that is changed')
  await plan.getByRole('button', { name: 'Change the plan' }).click()
  await run(plan)
  expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('registry.example/web:3')
})
