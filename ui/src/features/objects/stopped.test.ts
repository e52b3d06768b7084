import { expect, test } from 'vitest'
import { stoppedBecause, stoppedPods } from './stopped'
import { podRef } from './testing'

const pod = (...states: object[]) => ({
  kind: 'Pod', spec: { containers: states.map((_, index) => ({ name: `c${index}` })) },
  status: { phase: 'Running', containerStatuses: states.map((state, index) => ({ name: `c${index}`, state })) },
})

test('a container that waits or ended says why nothing runs, and one that runs says nothing', () => {
  expect(stoppedBecause(pod({ running: {} }), undefined)).toBeNull()
  expect(stoppedBecause(pod({ waiting: { reason: 'CrashLoopBackOff' } }), undefined)).toBe('CrashLoopBackOff')
  expect(stoppedBecause(pod({ terminated: { exitCode: 0 } }), undefined)).toBe('terminated')
})

test('it is the chosen container that counts', () => {
  const both = pod({ running: {} }, { terminated: { reason: 'Completed' } })
  expect([stoppedBecause(both, undefined), stoppedBecause(both, 'c1')]).toEqual([null, 'Completed'])
})

test('a pod that no node took yet says its phase', () => {
  expect(stoppedBecause({ kind: 'Pod', spec: { containers: [{ name: 'app' }] }, status: { phase: 'Pending' } }, undefined)).toBe('Pending')
})

test('of several pods those that run are not counted', () => {
  const item = (name: string, state: string) => ({ kind: 'Pod', object: podRef(name), state })
  expect([...stoppedPods([item('a', 'Running'), item('b', 'CrashLoopBackOff'), item('c', '')])]).toEqual([['b', 'CrashLoopBackOff']])
})
