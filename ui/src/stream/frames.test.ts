import { expect, test } from 'vitest'
import { example } from '@/testing/recorded'
import { frameReader } from './frames'
import { isNew, parsePosition } from './position'

test('recorded events are read the same however they are cut', () => {
  const text = example<string>('GET', '/api/v1/events')
  const whole = frameReader().take(text)
  const reader = frameReader()
  expect([...text].flatMap((char) => reader.take(char))).toEqual(whole)
  expect(whole[0]).toMatchObject({ event: 'hello', id: '8f0c2d4a1b3e5f60-0' })
})

test('a heartbeat is no frame', () => {
  expect(frameReader().take(': alive\n\n')).toEqual([])
})

test('an event told again after a reconnect is not new; one of another epoch is', () => {
  const at = parsePosition('a1-7')
  expect(isNew(at, 'a1-7')).toBe(false)
  expect(isNew(at, 'a1-8')).toBe(true)
  expect(isNew(at, 'b2-1')).toBe(true)
  expect(isNew(at, null)).toBe(true)
})
