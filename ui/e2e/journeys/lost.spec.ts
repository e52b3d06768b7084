// The line to the API server breaks after a write was sent and before its answer came. What the screen then says is what is
// known: contact was lost, nobody knows yet. When the line is back the host looks, and says what became of it.
import { expect, testOver } from '../fixtures'
import { namespace } from '../plane'
import { card, say } from './say'

/** Longer than the test needs to see the write happen. */
const ANSWER_HELD_MS = 2_500

const test = testOver(() => {
  const space = namespace('console-lost')
  space.deploy('web', 3)
  return space
})

test('contact is lost in the middle of a write, and what became of it is found', async ({ as, world, line }) => {
  test.setTimeout(120_000)
  const page = await as('editor')
  const turn = await say(page, 'scale web to 4')
  const run = card(turn).getByRole('button', { name: 'Run', exact: true })
  await expect(run).toBeVisible()
  line.slow(ANSWER_HELD_MS)
  await run.click()
  const replicas = () => world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')
  await expect.poll(replicas, { intervals: [50], timeout: 60_000 }).toBe('4')
  line.cut()
  await expect(card(turn).getByText('We lost contact, check').first()).toBeVisible({ timeout: 30_000 })
  await expect(card(turn).getByRole('button', { name: 'Undo', exact: true })).toHaveCount(0)
  line.mend()
  await expect(card(turn).getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
})
