import { expect, test } from 'vitest'
import type { Model } from '@/api/models'
import type { Plugin } from '@/api/types'
import { example } from '@/testing/recorded'
import { unwell } from './unwell'

const [model] = example<{ items: Model[] }>('GET', '/api/v1/models').items
const [plugin] = example<{ items: Plugin[] }>('GET', '/api/v1/plugins').items
const modelOf = (fields: Partial<Model>) => ({ ...(model as Model), ...fields })
const pluginOf = (fields: Partial<Plugin>) => ({ ...(plugin as Plugin), ...fields })

test('a model that failed or is not loaded is unwell, and says why', () => {
  const last = { at: '2026-03-01T21:04:00.000Z', ms: 1, outcome: 'failed' as const, detail: 'too many requests' }
  expect(unwell([modelOf({ state: 'failed', last }), modelOf({ state: 'not-loaded', reason: 'no file' })], []).map(({ why }) => why)).toEqual(['too many requests', 'no file'])
})

test('a model that is ready, not set up, or used up for today is not', () => {
  expect(unwell([modelOf({}), modelOf({ state: 'not-bound' }), modelOf({ state: 'spent' })], [])).toEqual([])
})

test('a plugin is unwell only where it is in use', () => {
  expect(unwell([], [pluginOf({}), pluginOf({ state: 'failed', in_use: false })])).toEqual([])
  expect(unwell([], [pluginOf({ state: 'paused' })])).toEqual([{ kind: 'plugin', name: 'policy-baseline', why: 'paused' }])
})
