import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'
import { readAgain } from './read-again'

test('a first read under way is not taken for the one that was asked for since', async () => {
  const client = new QueryClient()
  const answers: ((value: string) => void)[] = []
  const query = { queryKey: ['run'], queryFn: () => new Promise<string>((answer) => { answers.push(answer) }) }
  const stop = new QueryObserver(client, query).subscribe(() => undefined)
  void readAgain(client, query.queryKey)
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.('newer')
  answers[0]?.('older')
  await vi.waitFor(() => expect(client.getQueryData(query.queryKey)).toBe('newer'))
  stop()
})
