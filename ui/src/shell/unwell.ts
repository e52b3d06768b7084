// Which models and plugins are wanted and do not work. Pure. What is not set up yet (a model that has no way out) and what is
// used up for today is no illness: the page of models says so.
import type { Model } from '@/api/models'
import type { Plugin } from '@/api/types'

export interface Unwell {
  kind: 'model' | 'plugin'
  name: string
  why: string
}

const ILL: ReadonlySet<Model['state']> = new Set(['failed', 'not-loaded'])

export function unwell(models: readonly Model[], plugins: readonly Plugin[]): Unwell[] {
  return [
    ...models.filter(({ state }) => ILL.has(state)).map(({ provider, model, reason, last }) => ({
      kind: 'model' as const, name: [provider, model].filter(Boolean).join(' '), why: reason ?? last?.detail ?? '',
    })),
    ...plugins.filter(({ in_use: wanted, state }) => wanted && state !== 'active').map(({ id, file, state, failure }) => ({
      kind: 'plugin' as const, name: id ?? file, why: typeof failure === 'string' ? failure : state,
    })),
  ]
}
