import { expect, test } from 'vitest'
import { exampleProblem } from '@/testing/recorded'
import { Problem, missingRight, parseProblem, toProblem } from './problem'

test('the recorded problem is read with its code, hint and trace', () => {
  const problem = parseProblem(404, exampleProblem())
  expect(problem).toMatchObject({ code: 'not-found', status: 404, retryable: false, traceId: '8f0c2d4a1b3e5f60' })
  expect(problem.hint).not.toBe('')
})

test('an answer that is no problem says so and keeps the trace of its header', () => {
  expect(parseProblem(502, '<html>', 'abc')).toMatchObject({ code: 'unreadable-answer', retryable: true, traceId: 'abc' })
})

test('whatever is thrown without an answer is an unreachable host', () => {
  expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ code: 'host-unreachable', status: 0 })
})

const forbidden = (hint: string) => new Problem({ code: 'cluster-forbidden', status: 403, title: '', detail: '', hint, retryable: false, traceId: '' })

test('a refusal names its verb, resource, namespace and the line that shows the same', () => {
  expect(missingRight(forbidden('`kubectl auth can-i list pods -n payments` shows the same'))).toEqual({
    verb: 'list', resource: 'pods', namespace: 'payments', canI: 'kubectl auth can-i list pods -n payments',
  })
})

test('a right without a namespace has none, and a hint without a line names no right', () => {
  expect(missingRight(forbidden('kubectl auth can-i list nodes'))?.namespace).toBeNull()
  expect(missingRight(forbidden('ask an administrator'))).toBeNull()
})
