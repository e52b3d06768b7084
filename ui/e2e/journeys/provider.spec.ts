// The provider fails as models do: it dies in the middle of an answer, with an error or without one, never ends, or is read
// while it still speaks. What was said stays and is marked, the conversation goes on.
import { expect, test as base } from '../fixtures'
import { host } from '../host'
import { namespace } from '../plane'
import { scripted, type Line } from '../script'
import { card, run, say } from './say'

const words = (text: string, every: number): Line[] => text.split(' ').map((word) => ({ wait_ms: every, text: `${word} ` }))
const TALE = 'Three pods of web came up and the fourth is waiting for a node with room'

const scale = JSON.stringify({ target: { kind: 'deployment', namespace: '{{namespace}}', name: 'web' }, replicas: 4 })

const SCRIPT = scripted([
  { when: 'dies', rounds: [[...words(TALE, 60), { wait_ms: 300, fail: 'unavailable', why: 'the model server went away' }]] },
  { when: 'crashes', rounds: [[...words(TALE, 60), { fail: 'trap' }]] },
  { when: 'never ends', rounds: [[...words(TALE, 60), { wait_ms: 60_000, text: 'and never' }]] },
  { when: 'slowly', rounds: [[...words(`${TALE} and so on`, 250)]] },
  { when: 'scale', rounds: [[{ call: 'scale', arguments_json: scale }]] },
])

const test = base.extend<object, object>({
  world: [async ({}, use) => {
    const space = namespace('console-script')
    space.deploy('web', 3)
    const own = await host(space, { lines: SCRIPT })
    await use({ space, host: own })
    await own.stop()
    space.remove()
  }, { scope: 'worker', timeout: 120_000 }],
})

for (const way of ['dies', 'crashes']) {
  test(`a provider that ${way} in the middle leaves what it said, and the conversation goes on`, async ({ as, world }) => {
    const page = await as('editor')
    const turn = await say(page, `a provider that ${way}`)
    await expect(turn.getByText('Three pods')).toBeVisible()
    await expect(turn.getByText('The answer was cut off here')).toBeVisible()
    await expect(turn.getByText('waiting for a node')).toBeVisible()
    if (way === 'dies') await expect(turn.getByText('the model server went away')).toBeVisible()
    await expect(turn.getByRole('button', { name: 'Ask again' })).toBeVisible()
    const next = await say(page, 'scale web to 4')
    await run(card(next))
    expect(world.space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('4')
    world.space.kubectl('scale', 'deployment/web', '--replicas=3')
  })
}

test('an answer that never ends is stopped', async ({ as }) => {
  const page = await as('editor')
  const turn = await say(page, 'it never ends')
  await expect(turn.getByText('waiting for a node')).toBeVisible()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(turn.getByText('stopped, as you asked')).toBeVisible()
  await expect(turn.getByText('waiting for a node')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0)
})

test('an answer that is left in the middle is found again, whole and once', async ({ as }) => {
  const page = await as('editor')
  const turn = await say(page, 'tell it slowly')
  await expect(turn.getByText('Three pods')).toBeVisible()
  await page.reload()
  await expect(turn.getByText(`${TALE} and so on`)).toHaveCount(1)
  await expect(turn.getByText('The answer was cut off here')).toHaveCount(0)
})
