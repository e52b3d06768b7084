// A browser that has seen nothing: a new context, logged in, with no cache, on the machine as it is or made slow.
import type { Browser, CDPSession, Page } from '@playwright/test'
import { note } from '../noted'

/** CPU so many times slower; the network as it is, or 10 Mbit/s with 40 ms to an answer. */
export interface Slow {
  cpu: number
  network: boolean
}

export const FAST: Slow = { cpu: 1, network: false }
export const SLOW: Slow = { cpu: 4, network: true }
export const SLOW_CPU: Slow = { cpu: 4, network: false }

const BYTES_PER_S = 10_000_000 / 8
const LATENCY_MS = 40

export interface Cold {
  page: Page
  devtools: CDPSession
  close(): Promise<void>
}

type State = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>

export async function cold(browser: Browser, baseURL: string, storageState: State, slow: Slow): Promise<Cold> {
  const context = await browser.newContext({ baseURL, storageState, reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await note(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow.cpu })
  if (slow.network) {
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY_MS, downloadThroughput: BYTES_PER_S, uploadThroughput: BYTES_PER_S })
  }
  return { page, devtools, close: () => context.close() }
}
