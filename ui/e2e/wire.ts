// The wire between the host and the API server, in the test's hand: it can hold back what the server answers and be cut.
// Bytes only: what runs over it is TLS, which nobody here opens.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Wire {
  /** Rewrites this kubeconfig: its server is reached over the wire. */
  over(kubeconfig: string): void
  /** From now on an answer takes so long. */
  slow(ms: number): void
  /** Ends what is open and takes nothing new. */
  cut(): void
  mend(): void
  close(): void
}

const SERVER = /server: https:\/\/127\.0\.0\.1:(\d+)/

/** A wire to the server that this kubeconfig names. */
export async function wire(kubeconfig: string): Promise<Wire> {
  const port = Number(SERVER.exec(readFileSync(kubeconfig, 'utf8'))?.[1])
  const open = new Set<Socket>()
  let isCut = false
  let heldBackMs = 0
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    const end = () => { near.destroy(); far.destroy(); open.delete(near) }
    open.add(near)
    near.on('close', end).on('error', end).pipe(far)
    far.on('close', end).on('error', end).on('data', (bytes) => {
      // Timers of one length fire in the order they were set, so the bytes stay in theirs.
      if (heldBackMs === 0) near.write(bytes)
      else setTimeout(() => { if (!near.destroyed) near.write(bytes) }, heldBackMs)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const own = (server.address() as AddressInfo).port
  const cut = () => { isCut = true; for (const socket of open) socket.destroy() }
  return {
    over: (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(SERVER, `server: https://127.0.0.1:${own}`)),
    slow: (ms) => { heldBackMs = ms },
    cut,
    mend: () => { isCut = false; heldBackMs = 0 },
    close: () => { cut(); server.close() },
  }
}
