import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { ObjectNotes } from './object-notes'
import { Overview } from './overview'
import { AT, hostAnswers, relatedTo } from './testing'

beforeEach(() => void hostAnswers({ 'GET /objects/demo/deployments.apps/shop/web/related': relatedTo([]) }))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const pod = {
  kind: 'Pod',
  metadata: { name: 'checkout', labels: { app: 'checkout' } },
  spec: { containers: [{ name: 'app', image: 'shop/checkout:1', resources: { limits: { cpu: '1' } } }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'not \u202eready' }],
    containerStatuses: [{ name: 'app', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } } }],
  },
}

test('a pod says its phase, its conditions and what its containers wait for', () => {
  renderInConsole(<Overview at={AT} object={pod} />)
  expect(screen.getByText('0 of 1 container ready')).toBeDefined()
  for (const said of ['Running', 'Ready', 'CrashLoopBackOff', 'shop/checkout:1', 'back-off']) expect(screen.getByText(said)).toBeDefined()
})

test('a container says how its run before ended, what it is probed with and what it mounts, and a pod where that comes from', () => {
  const [container] = pod.spec.containers
  const described = {
    ...pod,
    spec: { containers: [{ ...container, livenessProbe: { tcpSocket: { port: 80 } }, volumeMounts: [{ mountPath: '/etc/app', name: 'config' }] }], volumes: [{ name: 'config', configMap: { name: 'app-config' } }] },
    status: { ...pod.status, containerStatuses: [{ ...pod.status.containerStatuses[0], lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }] },
  }
  const { container: page } = renderInConsole(<Overview at={AT} object={described} />)
  expect(page.textContent).toContain('The run before ended: OOMKilled with exit code 137')
  for (const said of ['4 restarts', 'cpu 1', '/etc/app from config', 'configMap app-config']) expect(screen.getByText(said)).toBeDefined()
  expect(page.textContent).toContain('tcp-socket :80 delay=0s')
  expect(screen.getByRole('heading', { name: 'Latest events' })).toBeDefined()
})

test('a Deployment says in words how much of it is ready', () => {
  const { container } = renderInConsole(<Overview at={AT} object={{ kind: 'Deployment', spec: { replicas: 1 }, status: { unavailableReplicas: 1, replicas: 1 } }} />)
  expect(screen.getByText('0 of 1 ready')).toBeDefined()
  expect(container.textContent).not.toContain('unavailableReplicas')
})

test('what a cluster writes can not turn the direction of the text', () => {
  const { container } = renderInConsole(<Overview at={AT} object={pod} />)
  expect(container.textContent).not.toContain('\u202e')
  expect(container.textContent).toContain('U+202E')
})

test('a Secret shows its keys and the masks that the host wrote', () => {
  renderInConsole(<Overview at={AT} object={{ kind: 'Secret', type: 'Opaque', data: { password: '•••• (8 bytes)' } }} />)
  expect(screen.getByText('password')).toBeDefined()
  expect(screen.getByText('•••• (8 bytes)')).toBeDefined()
})

test('a deleted object is a tombstone, and another owner is named', () => {
  renderInConsole(<ObjectNotes at={AT} object={{ metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } }} gone notLive={null} brief={false} />)
  expect(screen.getAllByRole('status')).toHaveLength(2)
})
