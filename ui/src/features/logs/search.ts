// Which part of which logs is shown, as the URL says it. What is as usual isn't said.

export interface LogSearch {
  /** Pods with commas, of those that belong to the object. */
  pods?: string
  container?: string
  include?: string
  exclude?: string
  /** The quietest lines that are shown; absent: all. */
  level?: 'warn' | 'bad'
  previous?: true
  /** Said only where it is not followed. */
  follow?: false
  /** Said only where it is not as usual: lines are broken on a phone, and go on beyond the edge elsewhere. */
  wrap?: boolean
  times?: true
}

const text = (value: unknown): string | undefined => {
  const read = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return read === '' ? undefined : read
}
const isOn = (value: unknown): boolean => value === true || value === 'true' || value === 1
const isSaid = (value: unknown): boolean => isOn(value) || value === false || value === 'false'

const OPTIONS = ['pods', 'container', 'exclude', 'level', 'previous', 'follow', 'wrap', 'times'] as const

/** How many of the options are not as usual; the words that are looked for stand beside them. The page's own search may come along. */
export const chosenOf = (search: LogSearch): number => OPTIONS.filter((option) => search[option] !== undefined).length

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const { pods, container, include, exclude } = search
  return {
    ...(text(pods) && { pods: text(pods) }),
    ...(text(container) && { container: text(container) }),
    ...(text(include) && { include: text(include) }),
    ...(text(exclude) && { exclude: text(exclude) }),
    ...((search.level === 'warn' || search.level === 'bad') && { level: search.level }),
    ...(isOn(search.previous) && { previous: true as const }),
    ...((search.follow === false || search.follow === 'false') && { follow: false as const }),
    ...(isSaid(search.wrap) && { wrap: isOn(search.wrap) }),
    ...(isOn(search.times) && { times: true as const }),
  }
}
