// As a viewer of one namespace: everything can be looked at there, nothing is changed, and each refusal says what is missing.
import { expect, test } from '../fixtures'
import { say } from './say'

test.use({ allowed: [/the server responded with a status of 40[39]/] })

test('as a viewer of one namespace', async ({ as, world }) => {
  const { space } = world
  const page = await as('viewer')
  const turn = await say(page, 'scale web to 1')
  await expect(turn).toContainText(/not allowed|may not|permission|cannot/i)
  await expect(turn.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0)
  await page.goto(`/r/secrets?c=demo&n=${space.name}`)
  await expect(page.getByRole('main')).toContainText(`kubectl auth can-i list secrets`)
  await page.goto(`/r/deployments.apps/demo/${space.name}/web`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('web')
  expect(space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('3')
})
