import { expect, test } from 'vitest'
import { byOrigin } from './by-origin'

const said = (name: string, origin: string) => ({ name, value: '1', origin, locked: origin !== 'default' })

test('each origin is named once, with all it says, and what nobody said comes last', () => {
  const groups = byOrigin([said('listen', '/etc/kubechat.toml'), said('log', 'default'), said('mode', '--mode'), said('data_dir', '/etc/kubechat.toml')])
  expect(groups.map(({ origin, settings }) => [origin, ...settings.map(({ name }) => name)])).toEqual([
    ['/etc/kubechat.toml', 'listen', 'data_dir'], ['--mode', 'mode'], ['default', 'log'],
  ])
})
