import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Thread } from '@/api/types'
import { example } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { Share } from './share'

const thread = (shared: boolean): Thread => ({ ...example<Thread>('GET', '/api/v1/threads/{id}'), shared })

/** What was sent, and the host's answer to it. */
function answering(status: number, body: unknown): unknown[] {
  const sent: unknown[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    if (request.method === 'PATCH') sent.push(await request.json())
    return Response.json(body, { status })
  })
  return sent
}

beforeAll(() => {
  // The test's document has no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function open(this: HTMLDialogElement) { this.open = true }
  HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) { this.open = false }
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const link = () => screen.queryByText(/\/chat\/t-8f0c2d4a1b3e$/)

test('it is off until it is switched on, and then sends nothing but that', async () => {
  const sent = answering(200, thread(true))
  renderInConsole(<Share thread={thread(false)} open onClose={() => undefined} />)
  const others = screen.getByRole<HTMLInputElement>('switch', { name: 'Others may read it' })
  expect(others.checked).toBe(false)
  expect(link()).toBeNull()
  fireEvent.click(others)
  await waitFor(() => expect(sent).toEqual([{ shared: true }]))
})

test('the link is there once it is shared, and switching off ends it', async () => {
  const sent = answering(200, thread(false))
  renderInConsole(<Share thread={thread(true)} open onClose={() => undefined} />)
  expect(link()).toBeTruthy()
  fireEvent.click(screen.getByRole('switch', { name: 'Others may read it' }))
  await waitFor(() => expect(sent).toEqual([{ shared: false }]))
})

test('a link that leads back to this machine says so', () => {
  answering(200, thread(true))
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:7080', hostname: '127.0.0.1' })
  renderInConsole(<Share thread={thread(true)} open onClose={() => undefined} />)
  expect(screen.getByText('This link works only on this machine.')).toBeTruthy()
  cleanup()
  vi.stubGlobal('location', { origin: 'https://kubechat.example', hostname: 'kubechat.example' })
  renderInConsole(<Share thread={thread(true)} open onClose={() => undefined} />)
  expect(screen.queryByText('This link works only on this machine.')).toBeNull()
})

test('the link is copied by the button that is meant for it, which says so', async () => {
  answering(200, thread(true))
  const writeText = vi.fn(() => Promise.resolve())
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  renderInConsole(<Share thread={thread(true)} open onClose={() => undefined} />)
  fireEvent.click(screen.getByRole('button', { name: 'Copy link' }))
  expect(await screen.findByRole('button', { name: 'Link copied' })).toBeTruthy()
  expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/\/chat\/t-8f0c2d4a1b3e$/))
})

test('nothing is claimed before the host has said it', async () => {
  const sent = answering(503, { type: 'about:blank', title: '', status: 503, code: 'store-unavailable', detail: 'the disk is full' })
  renderInConsole(<Share thread={thread(false)} open onClose={() => undefined} />)
  const others = screen.getByRole<HTMLInputElement>('switch', { name: 'Others may read it' })
  fireEvent.click(others)
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(others.checked).toBe(false)
  expect(link()).toBeNull()
})
