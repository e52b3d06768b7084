// The query cache and its manners: a read is tried again only where the host says that this can help, and never because
// the browser believes itself offline (the host is usually on this machine).
import { QueryClient } from '@tanstack/react-query'
import { toProblem } from './problem'

const RETRIES_MAX = 2

export const makeCache = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        networkMode: 'always',
        retry: (count, cause) => {
          const problem = toProblem(cause)
          return count < RETRIES_MAX && problem.retryable && problem.code !== 'host-unreachable'
        },
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
