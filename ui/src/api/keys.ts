// The names under which answers are kept. One factory, so that what a stream event makes old is found again.
// Every key begins with what it is about; nothing else builds a key.
import type { ResourceAsk } from './resources'

export interface ObjectAt {
  cluster: string
  gvr: string
  /** `-` where there is none. */
  namespace: string
  name: string
}

export const keys = {
  session: ['session'] as const,
  ready: ['ready'] as const,
  doctor: ['doctor'] as const,
  settings: ['settings'] as const,
  plugins: ['plugins'] as const,
  version: ['version'] as const,
  models: ['models'] as const,
  offered: (index: number) => ['models', 'offered', index] as const,
  egress: ['egress'] as const,
  egressLog: ['egress', 'log'] as const,
  bundlePreview: (sentences: boolean) => ['bundle-preview', sentences] as const,
  clusters: ['clusters'] as const,
  kinds: (cluster: string) => ['kinds', cluster] as const,
  namespaces: (cluster: string) => ['namespaces', cluster] as const,
  findings: (cluster?: string, namespace?: string) => ['findings', cluster ?? null, namespace ?? null] as const,
  plans: ['plans'] as const,
  planList: (state?: string, cluster?: string) => ['plans', 'list', state ?? null, cluster ?? null] as const,
  plan: (id: string) => ['plans', 'one', id] as const,
  radius: (id: string, revision: number, cluster?: string) => ['plans', 'radius', id, revision, cluster ?? null] as const,
  exported: (id: string) => ['plans', 'export', id] as const,
  run: (id: string) => ['runs', id] as const,
  threads: ['threads'] as const,
  newestThreads: ['threads', 'newest'] as const,
  thread: (id: string) => ['threads', 'one', id] as const,
  turns: (thread: string) => ['threads', 'turns', thread] as const,
  /** Sending a sentence: a mutation's name. */
  prompts: ['prompts'] as const,
  turn: (id: string) => ['turns', id] as const,
  resources: (gvr: string, ask: ResourceAsk) => ['resources', gvr, ask] as const,
  mayList: (cluster: string, gvr: string, namespaces: readonly string[]) => ['may-list', cluster, gvr, namespaces] as const,
  object: (at: ObjectAt, what: string) => ['objects', at.cluster, at.gvr, at.namespace, at.name, what] as const,
  rights: (cluster: string, asked: readonly object[]) => ['rights', cluster, asked] as const,
  audit: (plan?: string, run?: string) => ['audit', plan ?? null, run ?? null] as const,
  complete: (text: string, cursor: number, cluster?: string, namespace?: string) =>
    ['complete', text, cursor, cluster ?? null, namespace ?? null] as const,
  preview: (asked: object) => ['preview', asked] as const,
}
