import { expect, test } from 'vitest'
import { needsNoModel, stepsOf } from './steps'

const check = (name: string, ok = true) => ({ name, ok, detail: '', ...(!ok && { fix: 'do it' }) })

test('a host that is well has three steps, all done', () => {
  const steps = stepsOf({ ok: true, checks: ['database', 'start', 'packs', 'provider', 'cluster demo'].map((name) => check(name)) })
  expect(steps.map(({ name, ok }) => [name, ok])).toEqual([['cluster', true], ['provider', true], ['log', true]])
})

test('one cluster that does not answer leaves the step open, and so does having none', () => {
  const one = stepsOf({ ok: false, checks: [check('cluster a'), check('cluster b', false)] })
  expect(one[0]).toMatchObject({ name: 'cluster', ok: false })
  expect(stepsOf({ ok: true, checks: [check('database')] })[0]).toMatchObject({ name: 'cluster', ok: false })
})

test('policies, and whatever else the doctor looks at, are a step only when they are at fault', () => {
  expect(stepsOf({ ok: false, checks: [check('packs', false)] }).map(({ name }) => name)).toContain('policies')
  const names = stepsOf({ ok: false, checks: [check('packs'), check('egress', false)] }).map(({ name }) => name)
  expect(names).toContain('rest')
  expect(names).not.toContain('policies')
})

test('it is said that no model is needed only where rules read the sentences', () => {
  expect(needsNoModel({ checks: [{ ...check('provider'), detail: 'provider-rules 0.1.0' }] })).toBe(true)
  expect(needsNoModel({ checks: [{ ...check('provider'), detail: 'provider-scripted 0.1.0' }] })).toBe(false)
})
