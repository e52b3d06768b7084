// Two clusters of which one answers nobody: what the other has is shown, and what is missing is said where it is missing.
import { writeFileSync, readFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clean } from '../axe'
import { expect, test as base } from '../fixtures'
import { host } from '../host'
import { namespace } from '../plane'
import { say } from './say'

const test = base.extend<object, object>({
  world: [async ({}, use) => {
    const space = namespace('console-two')
    space.deploy('web', 2)
    // The discard port of loopback: nobody listens.
    const gone = join(mkdtempSync(join(tmpdir(), 'kubechat-e2e-')), 'gone.kubeconfig')
    writeFileSync(gone, readFileSync(space.kubeconfig('editor'), 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'))
    const own = await host(space, { clusters: [{ name: 'far', kubeconfig: gone }] })
    await use({ space, host: own })
    await own.stop()
    space.remove()
  }, { scope: 'worker', timeout: 120_000 }],
})

test.use({ allowed: [/status of 50[0-9]/] })

test('one of two clusters answers nobody', async ({ as, world }) => {
  const page = await as('editor')
  const main = page.getByRole('main')
  const missing = main.getByRole('list', { name: 'What could not be read' })
  await page.goto(`/r/deployments.apps?n=${world.space.name}`)
  await expect(main.getByRole('row').filter({ hasText: 'web' })).toBeVisible()
  await expect(missing).toContainText(/^far.*(refused)/)
  await clean(page, 'a grid of two clusters, one failing', ['dark', 'light'])

  await page.goto('/r')
  await expect(main.getByText('Deployment', { exact: true }).first()).toBeVisible()
  await expect(missing).toContainText('far')

  await page.goto('/clusters')
  const far = main.getByRole('article').filter({ has: page.getByRole('heading', { name: 'far' }) })
  await expect(far).toContainText('nothing listens at')
  await expect(far).toContainText('correct the server address in the kubeconfig')
  await clean(page, 'clusters, one failing', ['dark', 'light'])

  const turn = await say(page, 'list deployments on far')
  await expect(turn).toContainText(/far/)
  await expect(turn).toContainText(/nothing listens at/i)
  const next = await say(page, 'list deployments on demo')
  await expect(next).toContainText('web')
})
