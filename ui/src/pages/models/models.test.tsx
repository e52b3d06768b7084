import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import type { Model, ModelTrial, Models } from '@/api/models'
import { example, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { ModelCard } from './model-card'
import { Order } from './order'
import { allowancesOf, shareOf } from './spent'

const models = (): Models => example<Models>('GET', '/api/v1/models')
const model = (fields: Partial<Model> = {}): Model => ({ ...(models().items[0] as Model), ...fields })

/** The recorded answers, but for a trial, which ends so. */
const tried = (trial: ModelTrial): typeof fetch => async (input, init) => {
  const request = new Request(input, init)
  return request.url.endsWith('/test') ? Response.json(trial) : recordedFetch(request)
}

/** How often something was asked for; the stream may be asked for at any time. */
const askedOf = (asked: ReturnType<typeof vi.fn<typeof fetch>>, what: string): number =>
  asked.mock.calls.filter(([input]) => (input instanceof Request ? input.url : String(input)).includes(what)).length

beforeEach(() => void vi.stubGlobal('fetch', recordedFetch))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('the order', () => {
  it('begins with the rules and goes on as the host says', () => {
    renderInConsole(<Order models={models()} />)
    expect(screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)).toEqual(['Rules', 'qwen3:8b', 'claude-sonnet-5'])
  })
  it('has no rules where they are not asked first', () => {
    renderInConsole(<Order models={{ ...models(), rules_first: false }} />)
    expect(screen.queryByRole('heading', { name: 'Rules' })).toBeNull()
  })
  it('says plainly what stays, what leaves and to whom, and what goes nowhere', () => {
    const outside = model({ index: 2, model: 'gpt', local: false, destinations: [{ name: 'openai', bound: true, origin: 'https://api.openai.com' }] })
    renderInConsole(<Order models={{ rules_first: false, items: [...models().items, outside] }} />)
    const said = screen.getAllByRole('listitem').map(({ textContent }) => textContent ?? '')
    const about = (name: string) => said.find((text) => text.includes(name))
    expect(about('qwen3:8b')).toContain('stays on this machinehttp://127.0.0.1:11434')
    expect(about('claude-sonnet-5')).toContain('goes nowhere yetanthropic')
    expect(about('gpt')).toContain('leaves, tohttps://api.openai.com')
  })
})

describe('a model', () => {
  it('that is not bound has the line that binds it, to copy', () => {
    renderInConsole(<ModelCard model={models().items[1] as Model} />)
    expect(screen.getByText('has no way out')).toBeTruthy()
    expect(screen.getByText(/^kubechat egress bind anthropic/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'copy' })).toBeTruthy()
  })
  it('in a state that this console does not know says that state', () => {
    renderInConsole(<ModelCard model={model({ state: 'asleep' as Model['state'] })} />)
    expect(screen.getByText('asleep')).toBeTruthy()
  })
  it('shows how much of its allowance is used', () => {
    const usage = { input_tokens: 150_000, output_tokens: 10_000, estimated: true, cost: '3.40' }
    renderInConsole(<ModelCard model={model({ usage_today: usage, budget: { tokens_per_day: 200_000, cost_per_day: '5.00' } })} />)
    expect(screen.getByRole('meter', { name: 'Tokens used today' }).getAttribute('aria-valuenow')).toBe('80')
    expect(screen.getByRole('meter', { name: 'Cost today' }).getAttribute('aria-valuenow')).toBe('68')
    expect(screen.getByText(/partly estimated/)).toBeTruthy()
  })
  it('without a limit has no bar', () => {
    renderInConsole(<ModelCard model={model({ budget: {} })} />)
    expect(screen.queryByRole('meter')).toBeNull()
  })
  it('that is tried says what it said and how long that took', async () => {
    renderInConsole(<ModelCard model={model()} />)
    fireEvent.click(screen.getByRole('button', { name: 'Test qwen3:8b' }))
    expect((await screen.findByText(/It says/)).textContent).toBe('It says “ready”')
    expect(screen.getByText(/812 ms/).textContent).toContain('first word after 640 ms')
  })
  it('that can not answer says why and what to do', async () => {
    const detail = 'model-not-found: there is no qwen3:8b: `ollama pull qwen3:8b`'
    vi.stubGlobal('fetch', tried({ ok: false, ms: 12, problem: { code: 'component', detail } }))
    renderInConsole(<ModelCard model={model()} />)
    fireEvent.click(screen.getByRole('button', { name: 'Test qwen3:8b' }))
    expect(await screen.findByText('ollama pull qwen3:8b')).toBeTruthy()
  })
  it('asks which others there are only when one wants to know', async () => {
    const asked = vi.fn(recordedFetch)
    vi.stubGlobal('fetch', asked)
    renderInConsole(<ModelCard model={model()} />)
    expect(askedOf(asked, 'offered')).toBe(0)
    fireEvent.click(screen.getByRole('button', { name: 'Which models are there?' }))
    const list = await screen.findByRole('group', { name: 'Models of provider-ollama' })
    expect(await within(list).findByText('in use')).toBeTruthy()
    expect(askedOf(asked, 'offered')).toBe(1)
  })
})

test('an allowance that is overdrawn is a full bar, and one of nothing too', () => {
  expect(shareOf({ what: 'tokens', used: 300, allowed: 200 })).toBe(1)
  expect(shareOf({ what: 'tokens', used: 0, allowed: 0 })).toBe(1)
})

test('only what the operator limits is an allowance', () => {
  expect(allowancesOf({ budget: { cost_per_day: '5.00' }, usage_today: { input_tokens: 1, output_tokens: 1, estimated: false, cost: '1.25' } })).toEqual([{ what: 'cost', used: 1.25, allowed: 5 }])
})
