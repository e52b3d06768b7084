import { expect, test } from 'vitest'
import { editable } from './editable'

const yaml = `apiVersion: v1
kind: Secret
metadata:
  annotations:
    note: |
      status: is no key here
  creationTimestamp: 2026-11-28T18:47:22Z
  name: db
  ownerReferences:
  - apiVersion: apps/v1
    kind: ReplicaSet
    uid: abc
  uid: def
data:
  uid: kept
  password: ••••
status:
  conditions:
  - type: Ready
`

test('what the server makes is left out, and nothing else', () => {
  expect(editable(yaml)).toBe(`apiVersion: v1
kind: Secret
metadata:
  annotations:
    note: |
      status: is no key here
  name: db
data:
  uid: kept
  password: ••••
`)
})
