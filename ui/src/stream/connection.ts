// One connection to /api/v1/events: opens, reads, notices silence, comes back with `Last-Event-ID` after a growing pause.
// It knows no topics and no React. Units are milliseconds. The host says something each second; three seconds of silence
// are a lost connection, whatever TCP believes.
import { setCredential } from '@/api/credential'
import { frameReader, type Frame } from './frames'

export const SILENCE_MS_MAX = 2_500
const PAUSE_MS_FIRST = 250
const PAUSE_MS_MAX = 10_000

export interface Told {
  frame(frame: Frame): void
  alive(): void
  lost(): void
}

export interface Ports {
  fetch: typeof fetch
  random: () => number
}

/** Runs until `stop` aborts. `lastId` is asked at each attempt. */
export async function keepConnected(url: string, lastId: () => string | null, told: Told, stop: AbortSignal, ports: Ports): Promise<void> {
  let pause = PAUSE_MS_FIRST
  while (!stop.aborted) {
    const spoke = await once(url, lastId(), told, stop, ports)
    if (stop.aborted) return
    told.lost()
    pause = spoke ? PAUSE_MS_FIRST : Math.min(pause * 2, PAUSE_MS_MAX)
    await wait(pause * (0.5 + ports.random() / 2), stop)
  }
}

/** One attempt; tells whether anything was heard. */
async function once(url: string, id: string | null, told: Told, stop: AbortSignal, ports: Ports): Promise<boolean> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX)
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX)
  }
  let spoke = false
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (id !== null) headers['last-event-id'] = id
    const response = await ports.fetch(url, { headers, cache: 'no-store', signal: AbortSignal.any([stop, silence.signal]) })
    if (response.status === 401) setCredential('out')
    if (!response.ok || response.body === null) return false
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const frames = frameReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      heard()
      spoke = true
      told.alive()
      for (const frame of frames.take(piece.value)) told.frame(frame)
    }
  } catch {
    // Aborted, silent or broken: the caller comes back, or was told to stop.
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
  return spoke
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    stop.addEventListener('abort', done)
  })
}
