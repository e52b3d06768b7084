import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { LOOKED_AT_MAX, lookedAt } from '@/api/looked-at'
import type { Finding, Findings } from '@/api/types'
import { allFindings, isAllWell, shown, type Answered } from './findings'

const type = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments' }
const finding = (severity: string, name: string): Finding => ({ rule: 'pod/crash-loop', severity: severity as Finding['severity'], sentence: `${name} crashes`, evidence: [], object: { type, namespace: 'shop', name } as Finding['object'] })
const answer = (cluster: string, ...findings: Finding[]): Answered => ({ cluster, error: null, data: { answer: 'findings', findings, looked_at: [], namespaces: [], omitted: 0, unseen: [] } satisfies Findings })
const problem = (code: Problem['code'], detail: string) => new Problem({ code, status: 502, title: '', detail, hint: '', retryable: true, traceId: '' })
const lost = (cluster: string, code: Problem['code'] = 'cluster-unreachable'): Answered => ({ cluster, data: undefined, error: problem(code, `${cluster} is away`) })
const asked = (cluster: string): Answered => ({ cluster, data: undefined, error: null })
const names = (answered: Answered[]) => allFindings(answered, []).found.map(({ cluster, finding: { object } }) => `${cluster}:${object.name}`)

test('the findings of all clusters stand worst first, and of the same severity as the host ranked them', () => {
  expect(names([answer('a', finding('high', 'one'), finding('low', 'two')), answer('b', finding('critical', 'three'), finding('high', 'four'))]))
    .toEqual(['b:three', 'a:one', 'b:four', 'a:two'])
})

test('a severity that is not known comes last', () => {
  expect(names([answer('a', finding('odd', 'one'), finding('low', 'two'))])).toEqual(['a:two', 'a:one'])
})

test('nothing is broken only where every cluster answered and none has a finding', () => {
  const isWell = (answered: Answered[], beyond: string[] = []) => isAllWell(allFindings(answered, beyond))
  expect(isWell([answer('a'), answer('b')])).toBe(true)
  expect(isWell([answer('a'), answer('b', finding('low', 'web'))])).toBe(false)
  expect(isWell([answer('a'), asked('b')])).toBe(false)
  expect(isWell([answer('a'), lost('b')])).toBe(false)
  expect(isWell([answer('a')], ['b'])).toBe(false)
})

test('a list that failed or was cut is no clean bill of health; what one may not see is none of one\'s workloads', () => {
  const seen = (why: string) => ({ ...answer('a'), data: { ...answer('a').data, unseen: [{ what: 'pods', why }] } as unknown as Findings })
  expect(isAllWell(allFindings([seen('forbidden')], []))).toBe(true)
  expect(isAllWell(allFindings([seen('failed: it took too long')], []))).toBe(false)
  expect(isAllWell(allFindings([seen('list cut at 10000')], []))).toBe(false)
})

test('a cluster that is lost has its words, and what others answered stays', () => {
  const { data } = shown([answer('a', finding('high', 'web')), lost('b')], [])
  expect(data?.found).toHaveLength(1)
  expect(data?.lost).toEqual([{ name: 'b', why: 'b is away' }])
})

test('what a cluster said before it was lost stays, and that it is lost is said', () => {
  const { data } = shown([{ ...answer('a', finding('high', 'web')), error: problem('cluster-unreachable', 'away') }], [])
  expect(data?.found).toHaveLength(1)
  expect(data?.lost).toEqual([{ name: 'a', why: 'away' }])
})

test('one cluster that fails is the problem itself, with its hint and its right', () => {
  expect(shown([lost('a', 'cluster-forbidden')], [])).toMatchObject({ data: undefined, problem: { code: 'cluster-forbidden' } })
})

test('several that all fail have their words each; a host that is away is one problem', () => {
  expect(shown([lost('a'), lost('b')], [])).toMatchObject({ problem: null, data: { lost: [{ name: 'a' }, { name: 'b' }] } })
  expect(shown([lost('a', 'host-unreachable'), lost('b', 'host-unreachable')], []).problem?.code).toBe('host-unreachable')
})

test('while a cluster is looked at, what is known is shown, and nothing is said where nothing is known', () => {
  expect(shown([answer('a'), asked('b')], []).data).toBeUndefined()
  expect(shown([answer('a', finding('low', 'web')), asked('b')], []).data).toMatchObject({ looking: ['b'], found: [{ cluster: 'a' }] })
  expect(shown([lost('a'), asked('b')], [])).toMatchObject({ problem: null, data: { lost: [{ name: 'a' }], looking: ['b'] } })
})

test('what a cluster did not let one see is said with its name only where there are several', () => {
  const partly = { ...answer('a'), data: { ...answer('a').data, unseen: [{ what: 'nodes', why: 'no right' }] } as unknown as Findings }
  expect(allFindings([partly], []).unseen).toEqual([{ name: 'nodes', why: 'no right' }])
  expect(allFindings([partly, answer('b')], []).unseen).toEqual([{ name: 'a / nodes', why: 'no right' }])
})

test('the chosen clusters are asked, all where none is chosen, and those beyond the limit are named', () => {
  expect(lookedAt(['b'], ['a', 'b'])).toEqual({ asked: ['b'], beyond: [] })
  expect(lookedAt([], ['a', 'b'])).toEqual({ asked: ['a', 'b'], beyond: [] })
  const many = Array.from({ length: LOOKED_AT_MAX + 2 }, (_, at) => `c${at}`)
  expect(lookedAt([], many)).toEqual({ asked: many.slice(0, LOOKED_AT_MAX), beyond: [`c${LOOKED_AT_MAX}`, `c${LOOKED_AT_MAX + 1}`] })
})
