// A plan's time runs out while it is looked at. Nobody writes then, so the stream tells nothing: the plan is read again, and what
// the host says counts, not this machine's clock, which may be wrong.
import { useEffect } from 'react'
import type { Plan } from '@/api/types'

/** The host's clock and ours are never quite the same. */
const GRACE_MS = 500
/** Shortest and longest pause while the host says that it has not run out: our clock is ahead. */
const AGAIN_MS_MIN = 5_000
const AGAIN_MS_MAX = 60_000
/** The longest pause: a browser takes a longer time than it can count for none. */
const PAUSE_MS_MAX = 3_600_000

/** How long until it is worth asking whether it has run out, ms; null when its time is no matter, or can't be read. */
export function untilExpiry({ state, expires_at: at }: Pick<Plan, 'state' | 'expires_at'>, now: number): number | null {
  const left = Date.parse(at) - now
  if (Number.isNaN(left) || (state !== 'ready' && state !== 'needs-approval')) return null
  return left >= 0 ? Math.min(left + GRACE_MS, PAUSE_MS_MAX) : Math.min(Math.max(-left, AGAIN_MS_MIN), AGAIN_MS_MAX)
}

/** `readAt`: when it was read last. */
export function useExpiry(plan: Plan | undefined, readAt: number, readAgain: () => void): void {
  useEffect(() => {
    const pause = plan === undefined ? null : untilExpiry(plan, Date.now())
    if (pause === null) return
    const timer = setTimeout(readAgain, pause)
    return () => clearTimeout(timer)
    // Each reading sets it anew, though the plan may be the same.
  }, [plan?.state, plan?.expires_at, readAt])
}
