import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FOLLOWS_MS_MAX, useAhead } from './use-ahead'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const A_FRAME_MS = 50

function control() {
  const say = vi.fn<(value: string) => void>()
  const { result, rerender, unmount } = renderHook(({ said }) => useAhead(said, say), { initialProps: { said: 'a' } })
  const press = (value: string) => act(() => result.current[1](value))
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms))
  return { say, press, pass, unmount, shown: () => result.current[0], follow: (said: string) => rerender({ said }) }
}

test('what was pressed shows at once, and is told after a frame', () => {
  const { say, press, pass, shown } = control()
  press('b')
  expect(shown()).toBe('b')
  expect(say).not.toHaveBeenCalled()
  pass(A_FRAME_MS)
  expect(say).toHaveBeenCalledExactlyOnceWith('b')
})

test('of two presses within a frame the second is told', () => {
  const { say, press, pass, shown } = control()
  press('b')
  press('c')
  pass(A_FRAME_MS)
  expect(shown()).toBe('c')
  expect(say).toHaveBeenCalledExactlyOnceWith('c')
})

test('once the URL follows, it alone is shown', () => {
  const { press, pass, shown, follow } = control()
  press('b')
  pass(A_FRAME_MS)
  follow('b')
  follow('x')
  expect(shown()).toBe('x')
})

test('where the URL does not follow, what it says is shown again', () => {
  const { press, pass, shown } = control()
  press('b')
  pass(FOLLOWS_MS_MAX)
  expect(shown()).toBe('a')
})

test('nothing is told by what is no longer there', () => {
  const { say, press, pass, unmount } = control()
  press('b')
  unmount()
  pass(A_FRAME_MS)
  expect(say).not.toHaveBeenCalled()
})
