import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Turn } from '@/api/types'
import { recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { TalkContext, type Talk } from './talk'
import { broken, cutOff, growing, handedOver, logs, nearly, nonsense, refused, several, turn } from './testing/recorded'
import { TurnView } from './turn-view'

const talk = (readOnly = false): Talk => ({ open: null, show: vi.fn(), refer: vi.fn(), edit: vi.fn(), say: vi.fn(), saying: false, readOnly, cluster: 'demo' })

async function shown(shownTurn: Turn, isLast = true, readOnly = false): Promise<Talk> {
  const asked = talk(readOnly)
  vi.stubGlobal('fetch', recordedFetch)
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: '/', component: () => <TalkContext value={asked}><TurnView turn={shownTurn} isLast={isLast} /></TalkContext> })
  const router = createRouter({ routeTree: root.addChildren([here]), history: createMemoryHistory({ initialEntries: ['/'] }) })
  renderInConsole(<RouterProvider router={router as never} />)
  await screen.findByRole('article')
  return asked
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('a turn', () => {
  it('says by what it was answered and how long that took', async () => {
    await shown(logs)
    expect(screen.getByText(/no model/).textContent).toBe('no model · 180 ms')
  })
  it('names the model, not its component, and what it used', async () => {
    const usage = { input_tokens: 892, output_tokens: 8, rounds: 1 }
    await shown({ ...logs, rules: false, provider: 'qwen3:8b · provider-ollama 0.1.0', model: 'qwen3:8b', usage })
    expect(screen.getByTitle('qwen3:8b · provider-ollama 0.1.0').textContent).toBe('qwen3:8b · 180 ms · 900 tokens')
  })
  it('says that tokens are an estimate where they are', async () => {
    await shown({ ...logs, rules: false, model: 'qwen3:8b', usage: { input_tokens: 0, output_tokens: 1, rounds: 1, estimated: true } })
    expect(screen.getByText(/about 1 token$/)).toBeTruthy()
  })
  it('shows log lines inert', async () => {
    await shown(logs)
    expect(screen.getByText('ESC[31m')).toBeTruthy()
  })
  it('says that nothing is broken only where all that one may see was read', async () => {
    const nothing = (why: string) => {
      const part = { part: 'answer', cluster: 'demo', answer: { answer: 'findings', findings: [], looked_at: [], namespaces: ['shop'], omitted: 0, unseen: [{ what: 'list pods in shop', why }] } }
      return turn('what is broken?', 'answered', [part])
    }
    await shown(nothing('forbidden'))
    expect(screen.getByRole('heading', { name: 'Nothing is broken' })).toBeTruthy()
    cleanup()
    await shown(nothing('list cut at 10000'))
    expect(screen.getByRole('heading', { name: 'Nothing broken was found' })).toBeTruthy()
  })
  it('puts a fix with its finding, and says why one could not be planned', async () => {
    await shown(broken)
    expect(screen.getAllByText('Look at the plan')).toHaveLength(1)
    expect(screen.getByText(/can't be planned/)).toBeTruthy()
  })
  it('says what was clicked in the prompt', async () => {
    const asked = await shown(broken)
    fireEvent.click(screen.getByTitle('Say “deployment checkout in shop” in the prompt'))
    expect(asked.refer).toHaveBeenCalledWith('deployment checkout in shop')
  })
  it('opens an answer beside', async () => {
    const asked = await shown(logs)
    fireEvent.click(screen.getByRole('button', { name: 'Open beside' }))
    expect(asked.show).toHaveBeenCalledWith({ turn: logs.id, part: 0 })
  })
  it('that asks back sends the choice', async () => {
    const asked = await shown(several)
    fireEvent.click(screen.getByRole('button', { name: /Service shop\/web/ }))
    expect(asked.say).toHaveBeenCalledWith('2')
  })
  it('says once what to do, where the words say it already', async () => {
    const hint = 'start the cluster, or correct the server address'
    await shown(turn('list pods on far', 'failed', [
      { part: 'problem', problem: { code: 'cluster-unreachable', detail: `Nothing listens there. ${hint.replace('s', 'S')}.`, hint } },
    ]))
    expect(screen.getAllByText(/start the cluster/i)).toHaveLength(1)
  })
  it('says what to do, where the words do not', async () => {
    await shown(turn('list pods on far', 'failed', [
      { part: 'problem', problem: { code: 'cluster-unreachable', detail: 'nothing listens there', hint: 'start the cluster' } },
    ]))
    expect(screen.getByText('start the cluster')).toBeTruthy()
  })
  it('that asked back earlier can no longer be answered', async () => {
    await shown(nearly, false)
    expect(screen.queryByRole('list', { name: 'Choose one' })).toBeNull()
  })
  it('that was not understood offers what can be said', async () => {
    const asked = await shown(nonsense)
    fireEvent.click(screen.getByRole('button', { name: 'scale web to 5' }))
    expect(asked.edit).toHaveBeenCalledWith('scale web to 5')
  })
  it('that was refused names the permission and the line that shows it', async () => {
    await shown(refused)
    expect(screen.getByText('You lack a permission')).toBeTruthy()
    expect(screen.getAllByText('kubectl auth can-i list secrets -n shop')).toHaveLength(1)
  })
  it('at work can be stopped', async () => {
    await shown(turn('what is broken?', 'working', []))
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy()
  })
  it('that is being written shows what has come, and can be stopped', async () => {
    await shown(growing('The container checkout'))
    expect(screen.getByText('The container checkout')).toBeTruthy()
    expect(screen.getByText('Answering')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy()
    expect(screen.queryByText('The answer was cut off here.')).toBeNull()
  })
  it('that was cut off by a problem keeps what has come and is asked again', async () => {
    const asked = await shown(cutOff)
    expect(screen.getByText('The container checkout')).toBeTruthy()
    expect(screen.getByText('The answer was cut off here.')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Ask again' }))
    expect(asked.say).toHaveBeenCalledWith('why is checkout broken?')
  })
  it('that was stopped says where it was cut off, and no more', async () => {
    await shown({ ...cutOff, state: 'cancelled', parts: cutOff.parts.slice(0, 1) })
    expect(screen.getByText('The answer was cut off here.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull()
  })
  it('that was handed on says who did not answer, why, and who was asked', async () => {
    await shown(handedOver('answered', [{ part: 'text', text: 'A file is missing.' }]))
    expect(screen.getByText(/did not answer/).textContent).toBe('qwen3:8b did not answer (too many requests), so claude-sonnet-5 was asked.')
    expect(screen.getByTitle('claude-sonnet-5 · provider-anthropic 0.1.0')).toBeTruthy()
  })
  it('that is being handed on says already where the first one was cut off', async () => {
    await shown(handedOver('working', [{ part: 'text', text: 'A file', partial: true }]))
    expect(screen.getAllByText('The answer was cut off here.')).toHaveLength(1)
  })
  it('whose model failed before a word is asked again; whose permission is missing is not', async () => {
    const asked = await shown(turn('why is checkout broken?', 'failed', [{ part: 'problem', problem: { code: 'component', detail: 'nobody answered' } }]))
    fireEvent.click(screen.getByRole('button', { name: 'Ask again' }))
    expect(asked.say).toHaveBeenCalledWith('why is checkout broken?')
    cleanup()
    await shown(refused)
    expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull()
  })
  it('whose sentence was masked is not asked again with the mask', async () => {
    await shown({ ...cutOff, sentence: 'set PASSWORD=•••• on web' })
    expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull()
  })
  it('of somebody else’s has nothing that says or stops something in it', async () => {
    const read = async (shownTurn: Turn) => {
      await shown(shownTurn, true, true)
      expect(screen.queryByRole('button', { name: /Edit and send again|Stop|Ask again/ })).toBeNull()
      expect(screen.queryByRole('list', { name: 'Choose one' })).toBeNull()
      cleanup()
    }
    for (const each of [several, cutOff, turn('what is broken?', 'working', [])]) await read(each)
  })
  it('shows a part of a kind that is not known as it came', async () => {
    await shown(turn('x', 'answered', [{ part: 'hologram', text: '<img src=x>' } as never]))
    expect(screen.getByText(/"part": "hologram"/)).toBeTruthy()
    expect(document.querySelector('img')).toBeNull()
  })
})
