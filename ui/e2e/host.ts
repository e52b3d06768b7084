// A host of one's own: the program that people run, with the console's built files, the real components and a fresh
// data folder, on a free port of loopback. It can be killed and started again on the same port and data.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PEOPLE, named, type Namespace, type Person } from './plane'

const READY_WITHIN_MS = 60_000
const ENDS_WITHIN_MS = 20_000

export interface Host {
  readonly url: string
  /** A link that logs a browser in, once, within a minute. */
  login(person: Person): string
  /** Ends it without warning. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface Settings {
  mode?: 'guarded' | 'suggest-only' | 'read-only'
  /** Further clusters of the editor. */
  clusters?: { name: string; kubeconfig: string; mode?: string }[]
  /** Further lines of the configuration file, before the principals. */
  lines?: string[]
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

export async function host(space: Namespace, settings: Settings = {}): Promise<Host> {
  const program = named('KUBECHAT_BIN')
  const folder = mkdtempSync(join(tmpdir(), 'kubechat-e2e-host-'))
  const listen = `127.0.0.1:${await freePort()}`
  const principal = (person: Person) => {
    const clusters: Settings['clusters'] = [{ name: 'demo', kubeconfig: space.kubeconfig(person) }, ...(person === 'editor' ? (settings.clusters ?? []) : [])]
    const tables = clusters.map((cluster) => `{${Object.entries(cluster).map(([key, value]) => `${key} = '${value}'`).join(', ')}}`)
    return `[[principals]]\nname = '${person}'\nclusters = [${tables.join(', ')}]\n`
  }
  const config = join(folder, 'kubechat.toml')
  writeFileSync(config, [
    `listen = '${listen}'`,
    `data_dir = '${join(folder, 'data')}'`,
    `mode = '${settings.mode ?? 'guarded'}'`,
    `components_dir = '${named('KUBECHAT_COMPONENTS_DIR')}'`,
    `console_dir = '${named('KUBECHAT_CONSOLE_DIR')}'`,
    'settle_s = 20',
    ...(settings.lines ?? []),
    ...PEOPLE.map(principal),
  ].join('\n'))
  mkdirSync(join(folder, 'run'))
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run'), XDG_CACHE_HOME: join(tmpdir(), 'kubechat-e2e-cache') }
  const log = join(folder, 'host.log')
  let child: ChildProcess | null = null

  const ended = (process: ChildProcess) =>
    process.exitCode !== null || process.signalCode !== null ? Promise.resolve() : new Promise<void>((resolve) => process.once('exit', () => resolve()))

  async function start() {
    const out = openSync(log, 'a')
    const started = spawn(program, ['serve', '--config', config], { env, stdio: ['ignore', out, out] })
    child = started
    const until = Date.now() + READY_WITHIN_MS
    while (Date.now() < until && started.exitCode === null) {
      const ready = await fetch(`http://${listen}/readyz`).then((answer) => answer.ok, () => false)
      if (ready) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the host did not become ready:\n${readFileSync(log, 'utf8').slice(-4000)}`)
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    const running = child
    child = null
    if (!running) return
    running.kill(signal)
    const late = setTimeout(() => running.kill('SIGKILL'), ENDS_WITHIN_MS)
    await ended(running)
    clearTimeout(late)
  }

  await start()
  return {
    url: `http://${listen}`,
    login: (person) => execFileSync(program, ['login', '--as', person], { env: { ...env, KUBECHAT_LISTEN: listen }, encoding: 'utf8' }).trim(),
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
