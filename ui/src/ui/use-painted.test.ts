import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { usePainted } from './use-painted'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('nothing was painted when a component begins, and after a frame it was', () => {
  const { result } = renderHook(usePainted)
  expect(result.current).toBe(false)
  act(() => vi.advanceTimersByTime(50))
  expect(result.current).toBe(true)
})
