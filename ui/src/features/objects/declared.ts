// Who else declares an object: the marks that Argo CD, Flux and Helm leave on it, read as the host reads them
// (core/src/undo/declared.rs). Argo CD and Flux put declared values back by themselves, Helm with its next upgrade. Pure.
import { text, type Obj } from './read'

export interface Declared {
  tool: 'Argo CD' | 'Flux' | 'Helm'
  owner: string
  /** It puts back by itself what is changed here. */
  reverts: boolean
}

export function declaredBy(object: Obj): Declared | null {
  const annotation = (key: string) => text(object, 'metadata', 'annotations', key) || undefined
  const label = (key: string) => text(object, 'metadata', 'labels', key) || undefined
  const application = annotation('argocd.argoproj.io/tracking-id')?.split(':')[0] ?? label('argocd.argoproj.io/instance')
  if (application !== undefined) return { tool: 'Argo CD', owner: application, reverts: true }
  const flux = label('kustomize.toolkit.fluxcd.io/name') ?? label('helm.toolkit.fluxcd.io/name')
  if (flux !== undefined) return { tool: 'Flux', owner: flux, reverts: annotation('kustomize.toolkit.fluxcd.io/reconcile') !== 'disabled' }
  const release = annotation('meta.helm.sh/release-name')
  return release !== undefined && label('app.kubernetes.io/managed-by') === 'Helm' ? { tool: 'Helm', owner: release, reverts: false } : null
}
