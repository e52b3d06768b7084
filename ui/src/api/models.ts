// Models as a page reads them: the order they are asked in, a trial of one, what its component could be told to use.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { WRITE_HEADER, answer, api } from './client'
import { keys } from './keys'
import type { Problem } from './problem'
import type { components } from './schema'

type Schemas = components['schemas']
export type Models = Schemas['Models']
export type Model = Schemas['Model']
export type ModelTrial = Schemas['ModelTrial']
export type OfferedModel = Schemas['OfferedModel']

const USED_MS = 10_000

export const modelsQuery = queryOptions({
  queryKey: keys.models,
  queryFn: ({ signal }) => answer(api.GET('/api/v1/models', { signal })),
  // What was used today grows without an event that tells it.
  refetchInterval: USED_MS,
})

/** The vendor is asked each time; what it offers is no part of what the host knows. */
export const offeredQuery = (index: number) =>
  queryOptions({
    queryKey: keys.offered(index),
    queryFn: ({ signal }) => answer(api.GET('/api/v1/models/{index}/offered', { params: { path: { index: String(index) } }, signal })),
    retry: false,
  })

export function useTestModel() {
  const client = useQueryClient()
  return useMutation<ModelTrial, Problem, number>({
    mutationFn: (index) => answer(api.POST('/api/v1/models/{index}/test', { params: { header: WRITE_HEADER, path: { index: String(index) } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.models, exact: true }),
  })
}
