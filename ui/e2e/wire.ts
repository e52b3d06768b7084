// A wire to a server, in the test's hand: it can hold back what the server answers, fall silent and be cut. Bytes only: what
// runs over it to the API server is TLS, which nobody here opens.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Wire {
  readonly port: number
  /** From now on an answer takes so long. */
  slow(ms: number): void
  /** Nothing comes through any more and nobody is told, as when a network is gone. */
  silence(): void
  /** Ends what is open and takes nothing new. */
  cut(): void
  /** Lets through what comes from now on; what was open over a silence is lost. */
  mend(): void
  /** Tells what the server says from now on. */
  listen(hear: (bytes: Buffer) => void): void
  close(): void
}

/** Another name of this machine's loopback: where the host can be reached at its own port, and takes it for itself. */
export const BESIDE = '127.0.0.2'

const SERVER = /server: https:\/\/127\.0\.0\.1:(\d+)/

/** A wire to a port of this machine, at a free port or, beside it, at the same. */
export async function wire(port: number, at: { host: string; port: number } = { host: '127.0.0.1', port: 0 }): Promise<Wire> {
  const open = new Set<Socket>()
  let state: 'open' | 'silent' | 'cut' = 'open'
  let heldBackMs = 0
  let hear: (bytes: Buffer) => void = () => undefined
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = connect(port, '127.0.0.1')
    const end = () => { near.destroy(); far.destroy(); open.delete(near) }
    const pass = (to: Socket, bytes: Buffer) => { if (state === 'open' && !to.destroyed) to.write(bytes) }
    open.add(near)
    near.on('close', end).on('error', end).on('data', (bytes) => pass(far, bytes))
    far.on('close', end).on('error', end).on('data', (bytes) => {
      hear(bytes)
      // Timers of one length fire in the order they were set, so the bytes stay in theirs.
      if (heldBackMs === 0) pass(near, bytes)
      else setTimeout(() => pass(near, bytes), heldBackMs)
    })
  })
  await new Promise<void>((listening, refused) => server.once('error', refused).listen(at.port, at.host, listening))
  const endAll = () => { for (const socket of open) socket.destroy() }
  const cut = () => { state = 'cut'; endAll() }
  return {
    port: (server.address() as AddressInfo).port,
    slow: (ms) => { heldBackMs = ms },
    silence: () => { state = 'silent' },
    cut,
    mend() {
      if (state === 'silent') endAll()
      state = 'open'
      heldBackMs = 0
    },
    listen: (listener) => { hear = listener },
    close: () => { cut(); server.close() },
  }
}

/** A wire to the API server that this kubeconfig names. */
export const wireOf = (kubeconfig: string): Promise<Wire> => wire(Number(SERVER.exec(readFileSync(kubeconfig, 'utf8'))?.[1]))

/** Rewrites this kubeconfig: its server is reached over the wire. */
export const over = ({ port }: Wire, kubeconfig: string): void =>
  writeFileSync(kubeconfig, readFileSync(kubeconfig, 'utf8').replace(SERVER, `server: https://127.0.0.1:${port}`))
