import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Plan } from '@/api/types'
import { example } from '@/testing/recorded'
import { dependantsOf, mayHaveDependants, worstFirst } from './dependants'
import { ObjectFindings } from './object-findings'
import { AT, deploymentRef, hostAnswers, podRef, relatedTo, renderAtObject } from './testing'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const FIX = { op: 'rollout-undo', cluster: 'demo', target: { kind: 'deployments.apps', namespace: 'shop', name: 'web' } }
const finding = (object: object, sentence: string, more: object = {}) => ({ rule: 'pods/crash-loop', severity: 'critical', object, sentence, advice: `look at ${sentence}`, evidence: [], ...more })
const found = (...findings: object[]) => ({ 'GET /findings': { answer: 'findings', findings, looked_at: [], namespaces: ['shop'], omitted: 0, unseen: [] } })
const shown = (brief = false) => renderAtObject(() => <ObjectFindings at={AT} version="1" brief={brief} />)

test('an object says what is wrong with it, how bad that is, what to do, and nothing of others', async () => {
  hostAnswers(found(finding(deploymentRef('web'), 'web crashes'), finding(deploymentRef('cart'), 'cart crashes')))
  shown()
  expect(await screen.findByText('web crashes')).toBeTruthy()
  expect(screen.getByText('critical')).toBeTruthy()
  expect(screen.getByText('look at web crashes')).toBeTruthy()
  expect(screen.queryByText('cart crashes')).toBeNull()
})

test('what is wrong with a pod of it is said with the pod\'s name as a link', async () => {
  hostAnswers({ ...found(finding(podRef('web-1'), 'web-1 crashes')), 'GET /objects/demo/deployments.apps/shop/web/related': relatedTo([{ kind: 'Pod', object: podRef('web-1'), state: 'CrashLoopBackOff' }]) })
  shown()
  expect(await screen.findByText('web-1 crashes')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Pod shop/web-1' }).getAttribute('href')).toBe('/r/pods/demo/shop/web-1')
})

test('beside another tab it is only said, without the advice, and the whole sentence is there to be pointed at', async () => {
  hostAnswers(found(finding(deploymentRef('web'), 'web crashes')))
  shown(true)
  expect((await screen.findByText('web crashes')).closest('p')?.title).toBe('web crashes')
  expect(screen.queryByText('look at web crashes')).toBeNull()
})

test('where nothing of the namespace is wrong, what hangs on it is not asked for', async () => {
  const sent = hostAnswers(found())
  shown()
  await waitFor(() => expect(sent.some(({ path }) => path === 'GET /findings')).toBe(true))
  expect(sent.some(({ path }) => path.endsWith('/related'))).toBe(false)
  expect(screen.queryByRole('region')).toBeNull()
})

test('a fix becomes a plan, which is opened', async () => {
  const plan = example<Plan>('POST', '/api/v1/plans')
  const sent = hostAnswers({ ...found(finding(deploymentRef('web'), 'web crashes', { fix: FIX })), 'POST /plans': plan })
  shown()
  fireEvent.click(await screen.findByRole('button', { name: 'Plan the fix' }))
  expect(await screen.findByText('the plan')).toBeTruthy()
  expect(JSON.parse(sent.find(({ path }) => path === 'POST /plans')?.body ?? '')).toEqual({ cluster: 'demo', operations: [FIX] })
})

test('workloads and custom kinds may have dependants; what nothing hangs on is not asked', () => {
  expect(['deployments.apps', 'cronjobs.batch', 'kafkas.kafka.strimzi.io'].map(mayHaveDependants)).toEqual([true, true, true])
  expect(['pods', 'configmaps', 'services', 'roles.rbac.authorization.k8s.io'].map(mayHaveDependants)).toEqual([false, false, false, false])
})

test('those in trouble come first, and pods before what made them', () => {
  const item = (kind: string, name: string, state: string) => ({ kind, object: podRef(name), state })
  const related = relatedTo([item('ReplicaSet', 'rs', '1/1'), item('Pod', 'well', 'Running'), item('Pod', 'ill', 'ImagePullBackOff'), item('Pod', 'new', 'Pending')])
  expect(worstFirst(dependantsOf(related as never)).map(({ object }) => object.name)).toEqual(['ill', 'new', 'well', 'rs'])
})
