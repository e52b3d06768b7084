// A first run with nothing: no model, no plan, and a kubeconfig that leads nowhere. The page says what is missing and what to
// do; once that is done it turns by itself, and the first sentence is answered.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test as base } from '../fixtures'
import { host } from '../host'
import { namespace } from '../plane'
import { card, say } from './say'

const test = base.extend<object, object>({
  world: [async ({}, use) => {
    const space = namespace('console-first')
    space.deploy('web', 3)
    const own = await host(space)
    await use({ space, host: own })
    await own.stop()
    space.remove()
  }, { scope: 'worker', timeout: 120_000 }],
})

// What can't be read from a cluster that is not there.
test.use({ allowed: [/status of 502/] })

test('first run with nothing', async ({ as, world }) => {
  const file = world.space.kubeconfig('editor')
  const kept = `${file}.kept`
  copyFileSync(file, kept)
  // A server nobody listens at: what most first kubeconfigs are, a tunnel that is not up.
  writeFileSync(file, readFileSync(file, 'utf8').replace(/server: .*/, 'server: https://127.0.0.1:9'))
  const page = await as('editor')
  const steps = page.getByRole('region', { name: 'First steps' })
  const done = (step: RegExp) => steps.getByRole('listitem').filter({ hasText: step }).last()
  await expect(steps.getByRole('heading', { name: /to do:.*A cluster does not answer/ })).toBeVisible()
  await expect(done(/^done: Reads your sentences without a model$/)).toBeVisible()
  await expect(done(/^done: Audit log is written$/)).toBeVisible()
  await expect(done(/^done: Cluster found$/)).toHaveCount(0)
  await expect(steps.getByText('start the cluster, or correct the server address in the kubeconfig')).toBeVisible()
  await expect(steps.getByRole('button', { name: 'copy' }).first()).toBeVisible()
  copyFileSync(kept, file)
  await expect(done(/^done: Cluster found$/)).toBeVisible({ timeout: 30_000 })
  await expect(steps.getByRole('heading'), 'what is done is one line').toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Broken now' }).getByRole('button', { name: 'Try again' })).toHaveCount(0)
  await expect(steps.getByText('All done: say something in the bar above')).toBeVisible()
  await expect(card(await say(page, 'scale web to 4')).getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await page.goto('/')
  await expect(steps, 'who has a plan is not new').toHaveCount(0)
})
