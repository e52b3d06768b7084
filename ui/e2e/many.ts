// Objects by the thousand, and changes of them by the second: small ConfigMaps, written with the administrator's
// certificate over a few connections that stay open, because a kubectl each would take hours. They go with their namespace.
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { named, type Namespace } from './plane'

const CONNECTIONS = 8
const TICK_MS = 20

/** Stands in every third name, and in no namespace's: a filter looks into those as well, and they hold digits of a process. */
export const MARK = 'x'

export const nameOf = (index: number): string => `row-${String(index).padStart(5, '0')}${index % 3 === 0 ? MARK : 'o'}`

/** A hand in the cluster that keeps its connections. */
function hand() {
  const read = (name: string) => readFileSync(join(named('KUBECHAT_TESTPLANE_DIR'), name))
  const server = /server: (\S+)/.exec(read('admin.kubeconfig').toString())?.[1]
  if (server === undefined) throw new Error('the administrator\'s kubeconfig names no server')
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') })
  const call = (method: string, path: string, type: string, body: object) => new Promise<void>((resolve, reject) => {
    const sent = request(`${server}${path}`, { method, agent, headers: { 'content-type': type } }, (answer) => {
      answer.resume()
      answer.once('error', reject)
      answer.once('end', () => (answer.statusCode !== undefined && answer.statusCode < 300 ? resolve() : reject(new Error(`${method} ${path}: ${answer.statusCode}`))))
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
  return { call, close: () => agent.destroy() }
}

const placeOf = ({ name }: Namespace) => `/api/v1/namespaces/${name}/configmaps`

/** Makes ConfigMaps `row-00000x` and on; gives how long that took, in milliseconds. */
export async function fill(space: Namespace, count: number): Promise<number> {
  const { call, close } = hand()
  const begun = performance.now()
  let next = 0
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      await call('POST', placeOf(space), 'application/json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: nameOf(index) }, data: { a: '1' } })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  close()
  return performance.now() - begun
}

export interface Churn {
  /** Changes the API server has taken so far. */
  done(): number
  stop(): Promise<void>
}

/** Changes the first `count` of them in turn, `perSecond` altogether, each so that its printed row changes. */
export function churn(space: Namespace, count: number, perSecond: number): Churn {
  const { call, close } = hand()
  const begun = performance.now()
  const open = new Set<Promise<void>>()
  let [sent, done] = [0, 0]
  let trouble: unknown = null
  const change = (turn: number) => {
    const isSecond = Math.floor(turn / count) % 2 === 0
    const one = call('PATCH', `${placeOf(space)}/${nameOf(turn % count)}`, 'application/merge-patch+json', { data: { b: isSecond ? '1' : null } })
      .then(() => { done += 1 }, (cause: unknown) => { trouble ??= cause })
      .finally(() => open.delete(one))
    open.add(one)
  }
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) * perSecond) / 1000)
    // What the server can't take in time is not saved up.
    if (open.size > CONNECTIONS * 4) sent = due
    for (; sent < due; sent++) change(sent)
  }, TICK_MS)
  return {
    done: () => done,
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      close()
      if (trouble !== null) throw new Error('changes were refused', { cause: trouble })
    },
  }
}
