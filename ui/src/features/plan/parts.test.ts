import { expect, test } from 'vitest'
import type { Plan } from '@/api/types'
import { example } from '@/testing/recorded'
import { diffLines } from './diff-lines'
import { parametersOf, targetOf, withParameters } from './editable'
import { rightsOf } from './rights-asked'
import { readPlanSearch } from './search'
import { decidingReason, objectParts, touchedOf, type Touched } from './shapes'
import { GROUPS_MAX, pictureOf, TARGETS_MAX } from './touched-groups'

const scale = { op: 'scale', cluster: 'demo', target: { kind: 'deployment', namespace: 'shop', name: 'web' }, replicas: 3 }
const touched = (kind: string, name: string, why: Touched['why']): Touched => ({
  cluster: 'demo', why, object: { name, namespace: 'shop', type: { group: '', version: 'v1', kind, plural: `${kind.toLowerCase()}s`, namespaced: true } },
})

test('a diff has a line for what goes and one for what comes, and the path stands once', () => {
  expect(diffLines([{ path: 'spec.replicas', before: 3, after: 4 }])).toEqual([
    { sign: '-', text: '3', path: 'spec.replicas' }, { sign: '+', text: '4', path: 'spec.replicas' },
  ])
  expect(diffLines([{ path: 'a', before: null, after: 'x\ny\n' }])).toEqual([{ sign: '+', text: 'x', path: 'a' }, { sign: '+', text: 'y', path: null }])
})

test('replicas and images are changed in place, and what is no number is none', () => {
  expect(parametersOf(scale)).toEqual([{ field: 'replicas', kind: 'number', value: '3' }])
  expect(withParameters(scale, { replicas: ' 5 ' })).toEqual({ ...scale, replicas: 5 })
  expect(withParameters(scale, { replicas: '-1' })).toBeNull()
  expect(withParameters(scale, { replicas: '' })).toBeNull()
  expect(withParameters({ op: 'set-image', image: 'a:1' }, { image: '' })).toBeNull()
  expect(parametersOf({ op: 'restart' })).toEqual([])
  expect(targetOf(scale)).toBe('deployment shop/web')
})

test('the picture gathers what is reached and is capped, and says what it leaves out', () => {
  const many = [
    ...Array.from({ length: TARGETS_MAX + 2 }, (_, index) => touched('Deployment', `d${index}`, 'written')),
    ...Array.from({ length: GROUPS_MAX + 3 }, (_, index) => touched(`Kind${index}`, 'x', 'uses')),
    touched('Pod', 'p1', 'owned'), touched('Pod', 'p2', 'owned'), touched('Pod', 'p3', 'owned'),
  ]
  const picture = pictureOf(many)
  expect(picture).toMatchObject({ targetsMore: 2, groupsMore: 4 })
  expect(picture.groups[0]).toEqual({ why: 'owned', kind: 'Pod', count: 3, names: ['shop/p1', 'shop/p2'] })
})

test('an object is told as kind, namespace and name; nodes have no namespace', () => {
  expect(objectParts('Deployment shop/web')).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' })
  expect(objectParts('Node worker-1')).toEqual({ kind: 'Node', namespace: null, name: 'worker-1' })
})

test('the reason that weighs most decides', () => {
  const reason = (points: number) => ({ rule: `r${points}`, points, sentence: '' })
  expect(decidingReason({ level: 'high', score: 60, reasons: [reason(10), reason(40), reason(10)] })?.rule).toBe('r40')
  expect(decidingReason({ level: 'low', score: 0, reasons: [] })).toBeNull()
})

test('rights are asked for the resources that are written, each once', () => {
  const plan = example<Plan>('GET', '/api/v1/plans/{id}')
  const page = example<{ items: { cluster: string; object: unknown; why: string }[] }>('GET', '/api/v1/plans/{id}/radius')
  const [part] = plan.parts
  if (part === undefined) throw new Error('the recorded plan has no part')
  const listed = touchedOf(page.items).map(({ object, why }) => ({ object, why }))
  const shown = { ...plan, steps: [...plan.steps, ...plan.steps], parts: [{ ...part, radius: { ...part.radius, listed: listed as never[] } }] }
  expect(rightsOf(shown, 'demo')).toEqual([{ verb: 'patch', resource: 'deployments.apps', namespace: 'shop' }])
})

test('a link to a step holds, and what makes no sense in a URL is left out', () => {
  expect(readPlanSearch({ step: '2', touched: 'list', on: 'demo' })).toEqual({ step: 2, touched: 'list', on: 'demo' })
  expect(readPlanSearch({ step: 'x', touched: 'tree', on: '' })).toEqual({})
})
