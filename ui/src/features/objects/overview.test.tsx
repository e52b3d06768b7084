import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { ObjectNotes } from './object-notes'
import { Overview } from './overview'

afterEach(cleanup)

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
  renderInConsole(<Overview object={pod} />)
  for (const said of ['Running', 'Ready', 'CrashLoopBackOff', 'shop/checkout:1', 'back-off']) expect(screen.getByText(said)).toBeDefined()
})

test('what a cluster writes can not turn the direction of the text', () => {
  const { container } = renderInConsole(<Overview object={pod} />)
  expect(container.textContent).not.toContain('\u202e')
  expect(container.textContent).toContain('U+202E')
})

test('a Secret shows its keys and the masks that the host wrote', () => {
  renderInConsole(<Overview object={{ kind: 'Secret', type: 'Opaque', data: { password: '•••• (8 bytes)' } }} />)
  expect(screen.getByText('password')).toBeDefined()
  expect(screen.getByText('•••• (8 bytes)')).toBeDefined()
})

test('a deleted object is a tombstone, and another owner is named', () => {
  renderInConsole(<ObjectNotes object={{ metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } }} gone notLive={null} />)
  expect(screen.getAllByRole('status')).toHaveLength(2)
})
