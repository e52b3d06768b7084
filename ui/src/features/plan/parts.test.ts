import { expect, test } from 'vitest'
import type { Plan } from '@/api/types'
import { example } from '@/testing/recorded'
import { diffLines } from './diff-lines'
import { parametersOf, targetOf, withParameters } from './editable'
import { rightsOf } from './rights-asked'
import { readPlanSearch } from './search'
import { decidingReason, objectParts, touchedOf, type Touched } from './shapes'
import { planTitle } from './title'
import { touchedCount } from './touched-count'
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

test('what else is touched is counted in pods and other objects, without what is written', () => {
  const plan = example<Plan>('GET', '/api/v1/plans/{id}')
  const [part] = plan.parts
  if (part === undefined) throw new Error('the recorded plan has no part')
  const reaching = (radius: Partial<typeof part.radius>, each: readonly Touched[]) =>
    touchedCount({ ...plan, parts: [{ ...part, radius: { ...part.radius, ...radius, listed: each as never[] } }] })
  const web = touched('Deployment', 'web', 'written')
  const pods = ['a', 'b', 'c'].map((name) => touched('Pod', name, 'owned'))
  const around = [touched('ReplicaSet', 'web-1', 'owned'), touched('Service', 'web', 'selects')]
  expect(reaching({ pods: 3, objects: 6, omitted: 0 }, [web, ...pods, ...around])).toEqual({ pods: 3, others: 2, atLeast: false })
  expect(reaching({ pods: 2, objects: 3, omitted: 0 }, [web, ...around]), 'pods that are not there yet').toEqual({ pods: 2, others: 2, atLeast: false })
  expect(reaching({ pods: 0, objects: 2, omitted: 0 }, [web, touched('Pod', 'a', 'selects')]), 'a pod that only hangs on it').toEqual({ pods: 0, others: 1, atLeast: false })
  expect(reaching({ pods: 200, objects: 204, omitted: 154 }, [web, ...pods]), 'more than can be listed').toEqual({ pods: 200, others: 3, atLeast: true })
})

test.each<[string, string, unknown, unknown, string]>([
  ['put back spec.replicas of Deployment shop/web', 'spec.replicas', 5, 3, 'put back spec.replicas of Deployment shop/web: 5 → 3'],
  ['patch service shop/reviews', 'spec.selector.app', 'review', 'reviews', 'patch service shop/reviews: app=review → app=reviews'],
  ['patch service shop/reviews', 'metadata.labels[app.kubernetes.io/name]', 'a', 'b', 'patch service shop/reviews: app.kubernetes.io/name=a → app.kubernetes.io/name=b'],
  ['scale deployment shop/web to 5', 'spec.replicas', 3, 5, 'scale deployment shop/web to 5'],
  ['patch service shop/reviews', 'spec.selector', { app: 'a' }, { app: 'b' }, 'patch service shop/reviews'],
])('%s, of one field, says what it becomes unless it does so already', (sentence, path, before, after, title) => {
  const plan = example<Plan>('GET', '/api/v1/plans/{id}')
  const steps = plan.steps.map((step) => ({ ...step, sentence, diff: [{ path, before: before as never, after: after as never }] }))
  expect(planTitle({ ...plan, steps })).toBe(title)
})
