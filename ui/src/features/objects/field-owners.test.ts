import { expect, test } from 'vitest'
import { ownersIn, ownersOf, takenBack } from './field-owners'

const planSaying = (...sentences: string[]) => ({ parts: [{ radius: { sentences } }] }) as never

test('who applies a field that a plan changes is read from the plan\'s sentences, and others are left alone', () => {
  expect(ownersIn(planSaying(
    '2 pods are replaced one by one',
    'argocd-controller applies spec.replicas and 1 more of Deployment shop/web too, and puts it back when it applies again',
    'gitops applies spec.template.spec.containers[name=app].image of Deployment shop/web too, and puts it back when it applies again',
  ))).toEqual([
    { manager: 'argocd-controller', field: 'spec.replicas', more: 1 },
    { manager: 'gitops', field: 'spec.template.spec.containers[name=app].image', more: 0 },
  ])
})

test('a refused conflict names each field and its manager', () => {
  const detail = 'apply ConfigMap shop/c: other managers own .data.a (argocd-controller), .data.b (helm) and 2 more'
  expect(ownersOf({ code: 'field-conflict', detail })).toEqual([{ field: '.data.a', manager: 'argocd-controller', more: 0 }, { field: '.data.b', manager: 'helm', more: 2 }])
  expect(ownersOf({ code: 'rejected', detail })).toEqual([])
  expect(ownersOf({ code: 'field-conflict', detail: 'said otherwise' })).toEqual([])
})

const BASE = 'spec:\n  replicas: 1\n  template:\n    image: a\n'

test('a field\'s line is taken back, and other edits stay', () => {
  expect(takenBack(BASE, BASE.replace('1', '3').replace('image: a', 'image: b'), 'spec.replicas')).toEqual({ text: BASE.replace('image: a', 'image: b'), line: 2 })
})

test('where it is not clear which line is meant, none is touched', () => {
  expect(takenBack(BASE, BASE, 'spec.replicas'), 'nothing was changed').toBeNull()
  const twice = 'a:\n  image: x\nb:\n  image: y\n'
  expect(takenBack(twice, twice.replace('x', '1').replace('y', '2'), 'a.image')).toBeNull()
  expect(takenBack(BASE, BASE.replace('  replicas: 1\n', ''), 'spec.replicas'), 'the line is gone').toBeNull()
})
