// Reads again what was told to be old. A first read under way is given up for it: the cache would take it for the second
// one, though the host may have answered it before what was told, and the newest state would be lost.
import type { QueryClient, QueryKey } from '@tanstack/react-query'

export async function readAgain(client: QueryClient, queryKey: QueryKey): Promise<void> {
  await client.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined })
  await client.invalidateQueries({ queryKey })
}
