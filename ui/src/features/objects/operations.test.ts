import { expect, test } from 'vitest'
import { offersFor, operationsOf } from './operations'

const web = { cluster: 'demo', gvr: 'deployments.apps', namespace: 'shop', name: 'web' }
const node = { cluster: 'demo', gvr: 'nodes', namespace: '-', name: 'node-1' }

test('each selected object is an operation of its own, aimed at its cluster', () => {
  expect(operationsOf('scale', [web], 4)).toEqual([{ op: 'scale', cluster: 'demo', replicas: 4, target: { kind: 'deployments.apps', namespace: 'shop', name: 'web' } }])
  expect(operationsOf('cordon', [node], 1)).toEqual([{ op: 'cordon', cluster: 'demo', target: { kind: 'nodes', name: 'node-1' } }])
})

test('a kind offers what it can do', () => {
  expect(offersFor('nodes').map(({ op }) => op)).toEqual(['cordon', 'uncordon', 'drain', 'delete'])
  expect(offersFor('deployments.apps', ['get', 'list'])).toEqual([])
  expect(offersFor('widgets.example.com', ['delete']).map(({ op }) => op)).toEqual(['delete'])
})
