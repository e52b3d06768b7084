// What is broken, fix it: found on the first page or on the object's own, explained, and repaired by its own plan.
import { expect, test } from '../fixtures'
import { run } from './say'

test('what is broken, fix it', async ({ as, world }) => {
  const { space } = world
  space.deploy('search', 2)
  space.kubectl('set', 'image', 'deployment/search', 'app=registry.example/search:2-missing')
  await expect.poll(() => space.kubectl('get', 'pods', '-l', 'app=search', '-o', 'json'), { timeout: 60_000 }).toMatch(/ImagePullBackOff|ErrImagePull/)
  const page = await as('editor')
  const found = page.getByRole('listitem').filter({ hasText: `${space.name}/search` }).first()
  await expect(found).toContainText('search:2-missing')
  await found.getByRole('button', { name: 'Plan the fix' }).click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  await run(page.getByRole('main'))
  const image = space.kubectl('get', 'deployment', 'search', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')
  expect(image).toBe('registry.example/search:1')
  space.kubectl('delete', 'deployment', 'search')
})

test('the page of a Deployment whose pods crash says that, why, and how it is repaired', async ({ as, world }) => {
  const { space } = world
  space.deploy('index', 2)
  space.kubectl('set', 'image', 'deployment/index', 'app=registry.example/index:2-missing')
  await expect.poll(() => space.kubectl('get', 'pods', '-l', 'app=index', '-o', 'json'), { timeout: 60_000 }).toMatch(/ImagePullBackOff|ErrImagePull/)
  const pod = space.kubectl('get', 'pods', '-l', 'app=index', '-o', 'jsonpath={.items[?(@.status.phase=="Pending")].metadata.name}').split(' ')[0] ?? ''
  const page = await as('editor', `/r/deployments.apps/demo/${space.name}/index`)
  const wrong = page.getByRole('region', { name: 'What is wrong' })
  await expect(wrong).toContainText('index:2-missing')
  await expect(page.getByText(/^\d of 2 ready$/)).toBeVisible()
  await test.step('what the cluster noted of its pods stands with its own events', async () => {
    await page.getByRole('tab', { name: 'Events' }).click()
    const said = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: `Pod ${pod}` }) }).filter({ hasText: 'warning' })
    await expect(said.first()).toBeVisible()
    await expect(page.getByRole('listitem').filter({ hasText: 'ScalingReplicaSet' }).first()).toBeVisible()
  })
  await wrong.getByRole('button', { name: 'Plan the fix' }).first().click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  await run(page.getByRole('main'))
  expect(space.kubectl('get', 'deployment', 'index', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('registry.example/index:1')
  await page.goto(`/r/deployments.apps/demo/${space.name}/index`)
  await expect(page.getByText('2 of 2 ready')).toBeVisible()
  await expect(wrong).toHaveCount(0)
  space.kubectl('delete', 'deployment', 'index')
})
