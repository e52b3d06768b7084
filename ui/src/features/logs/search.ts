// Which part of which logs is shown, as the URL says it. `on` is "1", so that links stay short and are read one way only.

export interface LogSearch {
  /** Pods with commas, of those that belong to the object. */
  pods?: string
  container?: string
  include?: string
  exclude?: string
  previous?: '1'
  /** `0` reads once; anything else follows. */
  follow?: '0'
  wrap?: '1'
  times?: '1'
}

const text = (value: unknown): string | undefined => {
  const read = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return read === '' ? undefined : read
}
const is = (value: unknown, one: string): boolean => String(value) === one

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const { pods, container, include, exclude } = search
  return {
    ...(text(pods) && { pods: text(pods) }),
    ...(text(container) && { container: text(container) }),
    ...(text(include) && { include: text(include) }),
    ...(text(exclude) && { exclude: text(exclude) }),
    ...(is(search.previous, '1') && { previous: '1' as const }),
    ...(is(search.follow, '0') && { follow: '0' as const }),
    ...(is(search.wrap, '1') && { wrap: '1' as const }),
    ...(is(search.times, '1') && { times: '1' as const }),
  }
}
