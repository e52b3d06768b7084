// The control plane under test and a namespace of one's own in it, in which editor and second may edit and viewer may
// view. It is real: an API server with its controllers, started by `cargo xtask`, which names it by environment.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const CALL_WITHIN_MS = 90_000

export type Person = 'editor' | 'second' | 'viewer'
export const PEOPLE: readonly Person[] = ['editor', 'second', 'viewer']

/** A variable that `cargo xtask test` sets. */
export function named(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run these through \`cargo xtask ui --journeys\``)
  return value
}

export interface Namespace {
  readonly name: string
  /** A person's kubeconfig whose context means this namespace. */
  kubeconfig(person: Person): string
  /** kubectl as the cluster's administrator: the test's own hand in it. */
  kubectl(...words: string[]): string
  apply(...objects: object[]): void
  /** A Deployment whose pods have come up. */
  deploy(name: string, replicas: number, annotations?: Record<string, string>): void
  remove(): void
}

let made = 0
/** As wide as a number of a process becomes, so that what fits here fits wherever the tests run. */
const OWN = String(process.pid).padStart(7, '0')

/** One that is there already, such as the demo's shop; nothing of it is made or taken away. */
export function existing(name: string): Namespace {
  return handle(name, (person) => join(named('KUBECHAT_TESTPLANE_DIR'), `${person}.kubeconfig`), () => undefined)
}

export function namespace(label: string, labels: Record<string, string> = {}): Namespace {
  const name = `${label}-${OWN}-${made++}`
  const folder = mkdtempSync(join(tmpdir(), 'kubechat-e2e-'))
  const own = handle(name, (person) => join(folder, `${person}.kubeconfig`), () => void kubectl(ADMIN(), ['delete', 'namespace', name, '--wait=false']))
  apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }])
  const binding = (role: string, people: readonly Person[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: `people-${role}`, namespace: name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: people.map((person) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: person })),
  })
  apply([binding('edit', ['editor', 'second']), binding('view', ['viewer'])])
  for (const person of PEOPLE) {
    copyFileSync(join(named('KUBECHAT_TESTPLANE_DIR'), `${person}.kubeconfig`), own.kubeconfig(person))
    kubectl(own.kubeconfig(person), ['config', 'set-context', '--current', '--namespace', name])
  }
  own.kubectl('wait', '--for=create', 'serviceaccount/default', '--timeout=60s')
  return own
}

/** A kubeconfig like this one, of a cluster that answers nobody: the discard port of loopback, where nothing listens. */
export function unreachable(kubeconfig: string): string {
  const gone = join(mkdtempSync(join(tmpdir(), 'kubechat-e2e-')), 'gone.kubeconfig')
  writeFileSync(gone, readFileSync(kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'))
  return gone
}

const ADMIN = () => join(named('KUBECHAT_TESTPLANE_DIR'), 'admin.kubeconfig')

function kubectl(kubeconfig: string, words: string[], input?: string): string {
  const program = join(dirname(named('KUBECHAT_TESTPLANE_BIN')), 'kubectl')
  const options = { encoding: 'utf8', input, timeout: CALL_WITHIN_MS, stdio: ['pipe', 'pipe', 'pipe'] } as const
  return execFileSync(program, ['--kubeconfig', kubeconfig, ...words], { ...options, stdio: [...options.stdio] })
}

const apply = (items: object[], ...words: string[]) =>
  kubectl(ADMIN(), [...words, 'apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))

function handle(name: string, kubeconfig: (person: Person) => string, remove: () => void): Namespace {
  const within = (...words: string[]) => kubectl(ADMIN(), ['--namespace', name, ...words])
  return {
    name,
    kubeconfig,
    kubectl: within,
    apply: (...objects) => void apply(objects, '--namespace', name),
    deploy(app, replicas, annotations = {}) {
      const labels = { app }
      const containers = [{ name: 'app', image: `registry.example/${app}:1` }]
      const template = { metadata: { labels, annotations }, spec: { containers } }
      const spec = { replicas, selector: { matchLabels: labels }, template }
      apply([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, labels }, spec }], '--namespace', name)
      within('rollout', 'status', `deployment/${app}`, '--timeout=60s')
    },
    remove,
  }
}
