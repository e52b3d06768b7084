import { expect, test } from 'vitest'
import { saidOf } from './reason'

test('a command at the end of a sentence stands on a line of its own', () => {
  expect(saidOf('anthropic is not bound: `kubechat egress bind anthropic https://api.anthropic.com`')).toEqual({
    words: 'anthropic is not bound', commands: ['kubechat egress bind anthropic https://api.anthropic.com'],
  })
})

test('a command inside of a sentence stays there, and can be copied as well', () => {
  const text = 'it is paused; `kubechat plugin list` says why'
  expect(saidOf(text)).toEqual({ words: text, commands: ['kubechat plugin list'] })
})

test('what is no command of ours is no command', () => {
  expect(saidOf('it says `rm -rf /`')).toEqual({ words: 'it says `rm -rf /`', commands: [] })
})
