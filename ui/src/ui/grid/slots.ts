// Which of the grid's elements shows which row. While most rows stay (a turn of the wheel, a row that came) each keeps its
// element. Where most go (a filter's key), elements stay in their places and are filled anew: to make, style and place new
// ones takes the browser longer than all the looking through rows did. Pure.

/** By row the number of its element, in order. The element of `held`, where the keyboard may be, shows no other row. */
export function slotsOf(ids: readonly string[], before: ReadonlyMap<string, number>, held: string | null): ReadonlyMap<string, number> {
  const isMost = ids.filter((id) => before.has(id)).length * 2 >= ids.length
  const stay = new Set(isMost ? ids : [])
  if (held !== null) stay.add(held)
  const free = [...before].filter(([id]) => !stay.has(id)).map(([, slot]) => slot)
  let made = Math.max(-1, ...before.values())
  return new Map(ids.map((id) => [id, (stay.has(id) ? before.get(id) : undefined) ?? free.shift() ?? ++made]))
}
