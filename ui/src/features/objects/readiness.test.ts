import { expect, test } from 'vitest'
import { conditionTone } from './conditions'
import { keyFields } from './key-fields'
import { isShort, readinessOf } from './readiness'

const deployment = { kind: 'Deployment', spec: { replicas: 1, paused: false }, status: { replicas: 1, unavailableReplicas: 1, updatedReplicas: 1 } }

test('a Deployment of which nothing is ready says so, and its raw numbers are not said again', () => {
  const readiness = readinessOf(deployment)
  expect(readiness).toMatchObject({ ready: 0, wanted: 1, of: 'pods' })
  expect(isShort(readiness)).toBe(true)
  expect(keyFields(deployment, readiness?.fields).map(([name]) => name)).toEqual(['updatedReplicas'])
})

test('scaled to nothing is not short of anything', () => {
  expect(isShort(readinessOf({ kind: 'StatefulSet', spec: { replicas: 0 }, status: { replicas: 0 } }))).toBe(false)
})

test('a DaemonSet counts nodes, a pod its containers, a Job what came to its end', () => {
  expect(readinessOf({ kind: 'DaemonSet', spec: {}, status: { desiredNumberScheduled: 3, numberReady: 2 } })).toMatchObject({ ready: 2, wanted: 3, of: 'pods' })
  expect(readinessOf({ kind: 'Pod', status: { phase: 'Running', containerStatuses: [{ ready: true }, { ready: false }] } })).toMatchObject({ ready: 1, wanted: 2, of: 'containers' })
  const job = readinessOf({ kind: 'Job', spec: { completions: 2 }, status: { succeeded: 1 } })
  expect(job).toMatchObject({ ready: 1, wanted: 2, of: 'completions' })
  expect(isShort(job), 'it is not done yet, which is nothing bad').toBe(false)
})

test('what says nothing of numbers has none', () => {
  expect(readinessOf({ kind: 'ConfigMap' })).toBeNull()
  expect(readinessOf({ kind: 'HorizontalPodAutoscaler', spec: { minReplicas: 1 }, status: { currentReplicas: 1 } })).toBeNull()
  expect(readinessOf({ kind: 'Pod', status: { phase: 'Succeeded', containerStatuses: [{ ready: false }] } })).toBeNull()
})

test('a rollout that goes on is not called good while less is ready than should be', () => {
  expect(conditionTone('Progressing', 'True', { isShort: true })).toBe('plain')
  expect(conditionTone('Progressing', 'True')).toBe('ok')
  expect(conditionTone('Progressing', 'False', { isShort: true })).toBe('bad')
  expect(conditionTone('Available', 'False', { isShort: true })).toBe('bad')
})

test('what is suspended or came to its end is neither good nor bad', () => {
  expect(conditionTone('Suspended', 'True')).toBe('plain')
  expect(conditionTone('Ready', 'False', { reason: 'PodCompleted' })).toBe('plain')
})
