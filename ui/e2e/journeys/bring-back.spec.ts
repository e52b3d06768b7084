// Delete, and bring back: what is taken away comes back as it was.
import { expect, test } from '../fixtures'
import { card, run, say, undo } from './say'

test('delete, and bring back', async ({ as, world }) => {
  const { space } = world
  space.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', labels: { team: 'shop' } }, data: { level: 'debug' } })
  const page = await as('editor')
  const turn = await say(page, 'delete configmap settings')
  await run(card(turn))
  expect(() => space.kubectl('get', 'configmap', 'settings')).toThrow(/NotFound/)
  await undo(turn)
  const back = JSON.parse(space.kubectl('get', 'configmap', 'settings', '-o', 'json'))
  expect([back.data, back.metadata.labels]).toEqual([{ level: 'debug' }, { team: 'shop' }])
})
