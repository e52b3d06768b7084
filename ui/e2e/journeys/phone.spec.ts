// The same on a phone: asked, seen, run and taken back with a thumb.
import { expect, test } from '../fixtures'
import { card, run, say, undo } from './say'

test('on a phone', async ({ as, world }) => {
  const page = await as('editor')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn)).toContainText('spec.replicas: 5')
  await run(card(turn))
  await undo(turn)
  expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('3')
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(beyond, 'nothing stands beyond the edge').toBe(0)
})

test('on a phone, the chosen one of more tabs than fit is in sight', async ({ as, world }) => {
  const page = await as('editor', `/r/deployments.apps/demo/${world.space.name}/web?tab=history`)
  const tabs = page.getByRole('tablist')
  await expect(tabs.getByRole('tab', { name: 'History' })).toBeInViewport()
  await expect(tabs.getByRole('tab', { name: 'Overview' })).not.toBeInViewport()
  await tabs.getByRole('tab', { name: 'History' }).press('ArrowRight')
  await expect(tabs.getByRole('tab', { name: 'Overview' })).toBeInViewport()
})
