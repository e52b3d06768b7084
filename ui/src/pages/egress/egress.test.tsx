import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import type { Egress, EgressRequest } from '@/api/egress'
import { example, recordedFetch } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import { Destinations } from './destinations'
import { fateOf } from './ended'
import { gathered } from './finds'
import { Log } from './log'
import { piecesOf } from './marks'
import { Masking } from './masking'
import { readEgressSearch } from './search'

const egress = (fields: Partial<Egress> = {}): Egress => ({ ...example<Egress>('GET', '/api/v1/egress'), ...fields })
const request = (fields: Partial<EgressRequest>): EgressRequest => ({ ...(example<{ items: EgressRequest[] }>('GET', '/api/v1/egress/log').items[0] as EgressRequest), ...fields })

/** The recorded answers, but for the log, which holds these. */
const logged = (items: EgressRequest[]): typeof fetch => async (input, init) => {
  const asked = new Request(input, init)
  return asked.url.includes('/egress/log') ? Response.json({ items }) : recordedFetch(asked)
}

/** How often something was asked for; the stream may be asked for at any time. */
const askedOf = (asked: ReturnType<typeof vi.fn<typeof fetch>>, what: string): number =>
  asked.mock.calls.filter(([input]) => (input instanceof Request ? input.url : String(input)).includes(what)).length

beforeEach(() => void vi.stubGlobal('fetch', recordedFetch))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('a destination', () => {
  it('that is open says where it leads, what may go there, and what stays', () => {
    renderInConsole(<Destinations egress={egress()} />)
    expect(screen.getByText('open, outside')).toBeTruthy()
    expect(screen.getByText('https://api.openai.com/v1')).toBeTruthy()
    const sorts = screen.getByRole('list', { name: 'What may go there' })
    expect([...sorts.children].map(({ textContent }) => textContent)).toEqual(['what people say', 'objects of clusters', 'log lines stay here', 'names of secrets stay here'])
  })
  it('says what was refused there and why', () => {
    renderInConsole(<Destinations egress={egress()} />)
    expect(screen.getByText('1 refused: data of that sort may not go there')).toBeTruthy()
  })
  it('that is closed has the line that opens it, once', () => {
    renderInConsole(<Destinations egress={egress({ found: null })} />)
    expect(screen.getAllByText('kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata')).toHaveLength(1)
    cleanup()
    renderInConsole(<Destinations egress={egress()} />)
    expect(screen.getAllByText('kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata')).toHaveLength(1)
  })
  it('that nobody here has heard of has the line its host says', () => {
    const [, closed] = egress().items as [unknown, Egress['items'][number]]
    renderInConsole(<Destinations egress={egress({ found: null, items: [{ ...closed, destination: 'mine', command: 'kubechat egress bind mine URL' }] })} />)
    expect(screen.getByText('kubechat egress bind mine URL')).toBeTruthy()
  })
  it('of an air-gapped host is closed, whatever is bound, and nothing is said that would open it', () => {
    renderInConsole(<Destinations egress={egress({ air_gapped: true, found: null })} />)
    expect(screen.getByText('closed: air-gapped')).toBeTruthy()
    expect(screen.queryByText(/kubechat egress bind/)).toBeNull()
  })
  it('that is tried and says 401 was reached', async () => {
    renderInConsole(<Destinations egress={egress()} />)
    fireEvent.click(screen.getByRole('button', { name: 'Test openai' }))
    expect((await screen.findByText(/It was reached/)).textContent).toContain('the credential may not be')
  })
})

describe('the log', () => {
  const items = [request({ number: 3, ended: 'not-bound', destination: 'ollama', status: null }), request({ number: 2, ended: 'not-bound', destination: 'ollama', status: null }), request({ number: 1 })]

  it('says of what was refused why, that nothing left, and once what to do', async () => {
    vi.stubGlobal('fetch', logged(items))
    renderInConsole(<Log search={{}} onSearch={vi.fn()} />)
    expect(await screen.findAllByText('refused: the destination is closed')).toHaveLength(2)
    expect(screen.getAllByText('nothing left')).toHaveLength(2)
    expect(screen.getAllByText('kubechat egress bind ollama URL')).toHaveLength(1)
  })
  it('shows what its filter, which is the URL, lets through', async () => {
    vi.stubGlobal('fetch', logged(items))
    renderInConsole(<Log search={{ to: 'openai' }} onSearch={vi.fn()} />)
    expect(await screen.findByText('answered 200')).toBeTruthy()
    expect(screen.queryByText(/refused:/)).toBeNull()
  })
  it('that the filter leaves nothing of says so, and takes it away', async () => {
    const onSearch = vi.fn()
    vi.stubGlobal('fetch', logged([request({})]))
    renderInConsole(<Log search={{ fate: 'refused' }} onSearch={onSearch} />)
    fireEvent.click(await screen.findByRole('button', { name: 'Clear the filter' }))
    expect(onSearch).toHaveBeenCalledWith({ to: undefined, from: undefined, fate: undefined })
  })
  it('says where older ones, not read yet, may fit the filter', async () => {
    renderInConsole(<Log search={{ fate: 'refused' }} onSearch={vi.fn()} />)
    expect(await screen.findByText('None of the newest fits the filter.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Show older' })).toBeTruthy()
  })
  it('that is empty is good news', async () => {
    vi.stubGlobal('fetch', logged([]))
    renderInConsole(<Log search={{}} onSearch={vi.fn()} />)
    expect(await screen.findByText('Nothing went out')).toBeTruthy()
  })
  it('keeps a name of the URL that it does not know', async () => {
    renderInConsole(<Log search={{ to: 'elsewhere' }} onSearch={vi.fn()} />)
    expect(screen.getByRole('combobox', { name: 'Where to' })).toHaveProperty('value', 'elsewhere')
  })
})

describe('the masking', () => {
  it('sends a text when it is told to, and shows its marks', async () => {
    const asked = vi.fn(recordedFetch)
    vi.stubGlobal('fetch', asked)
    renderInConsole(<Masking />)
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'db_password=hunter2hunter2' } })
    expect(askedOf(asked, 'redact')).toBe(0)
    fireEvent.click(screen.getByRole('button', { name: 'Show what is masked' }))
    expect(await screen.findByText('1 secret would be masked')).toBeTruthy()
    expect(document.querySelector('mark')?.textContent).toBe('••••')
    expect(screen.getByText(/a password in/).textContent).toContain('db_password')
  })
  it('of an older text is not shown beside a newer one', async () => {
    renderInConsole(<Masking />)
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'one' } })
    fireEvent.click(screen.getByRole('button', { name: 'Show what is masked' }))
    await screen.findByText('1 secret would be masked')
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'two' } })
    expect(screen.queryByText('1 secret would be masked')).toBeNull()
  })
  it('forgets the text', () => {
    renderInConsole(<Masking />)
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'one' } })
    fireEvent.click(screen.getByRole('button', { name: 'Forget it' }))
    expect(screen.getByRole('textbox')).toHaveProperty('value', '')
  })
})

test('marks and placeholders are found, and the text around them is whole', () => {
  const text = 'a=•••• b=[[secret:password:1:5f0c2a9b]] c'
  expect(piecesOf(text).filter(({ masked }) => masked).map((piece) => piece.text)).toEqual(['••••', '[[secret:password:1:5f0c2a9b]]'])
  expect(piecesOf(text).map((piece) => piece.text).join('')).toBe(text)
})

test('finds of one sort, field and rule are one line with their number', () => {
  const find = { kind: 'token', field: '', rule: 'github-pat' }
  expect(gathered([{ ...find, line: 4 }, { ...find, line: 9 }, { ...find, line: 9 }, { kind: 'key', field: 'k', rule: 'r', line: 0 }])).toEqual([
    { ...find, count: 3, lines: [4, 9] }, { kind: 'key', field: 'k', rule: 'r', count: 1, lines: [] },
  ])
})

test('an ending that this console does not know is a failure', () => {
  expect(['complete', 'data-class', 'timeout', 'eaten'].map((ended) => fateOf({ ended }))).toEqual(['answered', 'refused', 'failed', 'failed'])
})

test('what makes no sense in an address is left out', () => {
  expect(readEgressSearch({ to: 'openai', from: '', fate: 'sideways' })).toEqual({ to: 'openai' })
})
