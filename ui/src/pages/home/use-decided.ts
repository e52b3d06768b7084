// Whether it is known what stands first on the page, so that what is below can be shown and will stand still. Who has to
// wait too long for that is shown the page all the same.
import { useEffect, useState } from 'react'

/** A cluster that does not answer keeps the doctor waiting for longer than anybody wants to. */
const WAIT_MS_MAX = 1_000

export function useDecided(isKnown: boolean): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), WAIT_MS_MAX)
    return () => clearTimeout(timer)
  }, [])
  return isKnown || isLate
}
