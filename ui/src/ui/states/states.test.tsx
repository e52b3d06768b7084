import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { exampleProblem } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { parseProblem } from '@/api/problem'
import { Page } from './page'
import { bodyOf, staleOf, type Asked } from './state'

afterEach(cleanup)

const asked = (fields: Partial<Asked<string[]>>): Asked<string[]> => ({ data: undefined, error: null, isPending: false, isFetching: false, refetch: () => undefined, ...fields })
const facts = { isEmpty: (data: string[]) => data.length === 0, filtered: false }
const problem = (code: Problem['code'], hint = '') => new Problem({ code, status: 0, title: '', detail: 'why', hint, retryable: false, traceId: 't1' })
const show = (query: Asked<string[]>, clearFilter: (() => void) | null = null, failures: { name: string; why: string }[] = []) =>
  renderInConsole(
    <Page title="Pods" query={query} isEmpty={facts.isEmpty} emptyFirst={{ title: 'No pods', text: 'Make one' }} clearFilter={clearFilter} failures={() => failures}>
      {(data) => <p>{data.join()}</p>}
    </Page>,
  )

test('what is known is shown even when the newest read failed, and is said to be old', () => {
  const query = asked({ data: ['a'], error: problem('fault') })
  expect(bodyOf(query, facts).kind).toBe('ready')
  expect(staleOf(query, { state: 'live' })).toEqual({ since: null })
})

test('each reason to have nothing is a state of its own', () => {
  expect(bodyOf(asked({}), facts).kind).toBe('loading')
  expect(bodyOf(asked({ error: problem('host-unreachable') }), facts).kind).toBe('offline')
  expect(bodyOf(asked({ error: problem('cluster-forbidden') }), facts).kind).toBe('forbidden')
  expect(bodyOf(asked({ error: problem('fault') }), facts).kind).toBe('failed')
  expect(bodyOf(asked({ data: [] }), facts).kind).toBe('empty-first')
  expect(bodyOf(asked({ data: [] }), { ...facts, filtered: true }).kind).toBe('empty-filtered')
})

test('a lost stream makes any page stale, since when it was lost', () => {
  expect(staleOf(asked({ data: ['a'] }), { state: 'stale', since: 5 })).toEqual({ since: 5 })
})

test('loading is said once and shows no words of another state', () => {
  show(asked({}))
  expect(screen.getByRole('status').textContent).toBe('Loading')
})

test('empty at first says what to do; empty by filter takes the filter away', () => {
  show(asked({ data: [] }))
  expect(screen.getByText('Make one')).toBeTruthy()
  cleanup()
  show(asked({ data: [] }), () => undefined)
  expect(screen.getByRole('button', { name: 'Clear the filter' })).toBeTruthy()
})

test('forbidden names verb, resource, namespace and the line that shows the same', () => {
  show(asked({ error: problem('cluster-forbidden', 'kubectl auth can-i list pods -n shop') }))
  for (const word of ['list', 'pods', 'shop', 'kubectl auth can-i list pods -n shop']) expect(screen.getByText(word)).toBeTruthy()
})

test('failed shows the code, the trace and a way to try again', () => {
  show(asked({ error: parseProblem(404, exampleProblem()) }))
  for (const word of ['not-found', '8f0c2d4a1b3e5f60']) expect(screen.getByText(word)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
})

test("the host's words stand as sentences, what to do on a line of its own", () => {
  show(asked({ error: new Problem({ code: 'fault', status: 500, title: '', detail: 'the database could not be read', hint: 'look at the log of the host', retryable: false, traceId: 't1' }) }))
  expect(screen.getByText('The database could not be read')).toBeTruthy()
  expect(screen.getByText('Look at the log of the host')).toBeTruthy()
})

test('offline says that nothing was changed', () => {
  show(asked({ error: problem('host-unreachable') }))
  expect(screen.getByText(/Nothing was changed/)).toBeTruthy()
})

test('a part that failed has a chip beside what could be read', () => {
  show(asked({ data: ['a'] }), null, [{ name: 'prod', why: 'refused' }])
  expect(screen.getByText('a')).toBeTruthy()
  expect(screen.getByRole('list', { name: 'What could not be read' }).textContent).toContain('prod: refused')
})
