import { act, cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { LostAt } from './time'

const at = new Date(2026, 0, 2, 3, 12, 44).getTime()

beforeEach(() => vi.useFakeTimers({ now: at }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const later = (ms: number) => act(() => vi.advanceTimersByTime(ms))

test('a connection was just lost for five seconds, then at a time of the clock and that long ago', () => {
  const { container } = renderInConsole(<LostAt at={at} />)
  later(4_900)
  expect(container.textContent).toBe('Connection just lost.')
  later(100)
  expect(container.textContent).toBe('Connection lost at 03:12:44, 5 s ago.')
  later(10_000)
  expect(container.textContent).toMatch(/^Connection lost at 03:12:44, 1\d s ago\.$/)
})

test('what is read aloud of it does not change with every tick', () => {
  const { getByRole } = renderInConsole(<LostAt at={at - 6_000} live />)
  expect(getByRole('status').textContent).toBe('Connection lost at 03:12:38')
  later(20_000)
  expect(getByRole('status').textContent).toBe('Connection lost at 03:12:38')
})
