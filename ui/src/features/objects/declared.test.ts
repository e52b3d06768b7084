import { expect, test } from 'vitest'
import { declaredBy } from './declared'

const marked = (labels: Record<string, string>, annotations: Record<string, string> = {}) => declaredBy({ metadata: { labels, annotations } })

test('Argo CD and Flux put back, Helm does not; of several marks the one that reverts wins', () => {
  expect(marked({}, { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' })).toEqual({ tool: 'Argo CD', owner: 'shop', reverts: true })
  expect(marked({ 'kustomize.toolkit.fluxcd.io/name': 'apps' })).toEqual({ tool: 'Flux', owner: 'apps', reverts: true })
  expect(marked({ 'kustomize.toolkit.fluxcd.io/name': 'apps' }, { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' })?.reverts).toBe(false)
  expect(marked({ 'app.kubernetes.io/managed-by': 'Helm', 'kustomize.toolkit.fluxcd.io/name': 'apps' }, { 'meta.helm.sh/release-name': 'web' })?.tool).toBe('Flux')
})

test('a label without a release is nobody', () => {
  expect(marked({ 'app.kubernetes.io/managed-by': 'Helm' })).toBeNull()
})
