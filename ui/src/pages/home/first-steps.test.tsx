import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { FirstSteps } from './first-steps'

afterEach(cleanup)

const WELL = [
  { name: 'cluster demo', ok: true, detail: 'v1.34' },
  { name: 'provider', ok: true, detail: 'provider-rules 0.1.0' },
  { name: 'database', ok: true, detail: 'can be written' },
]
const items = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent)

test('where all is done the steps are one line in plain words, without the doctor’s', () => {
  renderInConsole(<FirstSteps doctor={{ ok: true, checks: WELL }} />)
  expect(items()).toEqual(['done: Cluster found', 'done: Reads your sentences without a model', 'done: Audit log is written', 'All done: say something in the bar above'])
  expect(screen.queryByRole('heading')).toBeNull()
  expect(screen.getByRole('region', { name: 'First steps' })).toBeTruthy()
})

test('a step that is not done keeps what is wrong and its fix to copy, the others are a line', () => {
  renderInConsole(<FirstSteps doctor={{ ok: false, checks: [{ name: 'cluster demo', ok: false, detail: 'nothing listens', fix: 'start the cluster' }, ...WELL.slice(1)] }} />)
  expect(screen.getByRole('heading', { name: 'to do: A cluster does not answer' })).toBeTruthy()
  expect(screen.getByText('cluster demo: nothing listens')).toBeTruthy()
  expect(screen.getByText('start the cluster')).toBeTruthy()
  expect(items()).toContain('done: Audit log is written')
})

test('who has no cluster is told the command that adds one', () => {
  renderInConsole(<FirstSteps doctor={{ ok: true, checks: WELL.slice(1) }} />)
  expect(screen.getByRole('heading', { name: 'to do: No cluster is configured' })).toBeTruthy()
  expect(screen.getByText('kubechat cluster add NAME --kubeconfig FILE')).toBeTruthy()
})
