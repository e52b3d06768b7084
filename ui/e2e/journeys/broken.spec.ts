// What is broken, fix it: found on the first page, explained, and repaired by its own plan.
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
