// Reads again what was told to be old. A first read under way is given up for it: the cache would take it for the second
// one, though the host may have answered it before what was told, and the newest state would be lost.
import type { QueryClient, QueryKey } from '@tanstack/react-query'

export async function readAgain(client: QueryClient, queryKey: QueryKey): Promise<void> {
  await client.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined })
  await client.invalidateQueries({ queryKey })
}

/** At the latest then, however busy the page is. */
const IDLE_MS_MAX = 2_000

/**
 * The same, once the page has come to rest: for what was read just before its topic began and is most likely the same still.
 * What the stream tells from then on is not waited for.
 */
export function readAgainAtRest(client: QueryClient, queryKey: QueryKey): void {
  const again = () => void readAgain(client, queryKey)
  if ('requestIdleCallback' in globalThis) requestIdleCallback(again, { timeout: IDLE_MS_MAX })
  else setTimeout(again, IDLE_MS_MAX)
}
