// Two clusters of which one answers nobody: what the other has is shown, and what is missing is said where it is missing.
import { clean } from '../axe'
import { expect, testIn } from '../fixtures'
import { namespace, unreachable } from '../plane'
import { NARROW, WIDE, beyond } from '../visit'
import { say } from './say'

const test = testIn(() => {
  const space = namespace('console-two')
  space.deploy('web', 2)
  return space
}, (space) => ({ clusters: [{ name: 'far', kubeconfig: unreachable(space.kubeconfig('editor')) }] }))

test.use({ allowed: [/status of 50[0-9]/] })

test('one of two clusters answers nobody', async ({ as, world }) => {
  const page = await as('editor')
  const main = page.getByRole('main')
  const missing = main.getByRole('list', { name: 'What could not be read' })
  await page.goto(`/r/deployments.apps?n=${world.space.name}`)
  await expect(main.getByRole('row').filter({ hasText: 'web' })).toBeVisible()
  await expect(missing).toContainText(/^far.*(refused)/)
  await clean(page, 'a grid of two clusters, one failing')
  await page.setViewportSize(NARROW)
  expect(await beyond(page), 'what is missing fits a small screen').toBe(0)
  await page.setViewportSize(WIDE)

  await page.goto('/r')
  await expect(main.getByText('Deployment', { exact: true }).first()).toBeVisible()
  await expect(missing).toContainText('far')

  await page.goto(`/?c=demo,far&n=${world.space.name}`)
  const broken = main.getByRole('region', { name: 'Broken now' })
  // What of the other one may not be read stands in a list of its own.
  await expect(broken.getByRole('list', { name: 'What could not be read' }).filter({ hasText: 'far' })).toContainText(/^far.*(refused)/)
  await expect(broken).toContainText('What could be looked at serves as it should. The rest is not known.')
  await clean(page, 'home over two clusters, one failing')
  await page.goto(`/?n=${world.space.name}`)
  await expect(broken, 'all are each of them').toContainText('What could be looked at serves as it should. The rest is not known.')

  await page.goto('/clusters')
  const far = main.getByRole('article').filter({ has: page.getByRole('heading', { name: 'far' }) })
  await expect(far).toContainText('Nothing listens at')
  await expect(far).toContainText('correct the server address in the kubeconfig')
  await clean(page, 'clusters, one failing')

  const turn = await say(page, 'list deployments on far')
  await expect(turn).toContainText(/far/)
  await expect(turn).toContainText(/nothing listens at/i)
  const next = await say(page, 'list deployments on demo')
  await expect(next).toContainText('web')
})
