import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { CitingTurn } from './cited'
import Markdown from './markdown/markdown'
import { Written } from './markdown/written'
import { TalkContext, type Talk } from './talk'
import { turn } from './testing/recorded'

afterEach(cleanup)

const asked = turn('why is checkout broken?', 'answered', [
  { part: 'answer', answer: { answer: 'logs', omitted: 0, sources: [] } },
  { part: 'tool', name: 'logs', arguments: {}, problem: null, evidence: 1 },
  { part: 'tool', name: 'events', arguments: {}, problem: { code: 'forbidden', detail: 'no' }, evidence: 2 },
])

function show(text: string, open: Talk['open'] = null) {
  const talk: Talk = { open, show: vi.fn(), refer: vi.fn(), edit: vi.fn(), say: vi.fn(), saying: false, readOnly: false, cluster: 'demo' }
  renderInConsole(<TalkContext value={talk}><CitingTurn value={asked}><Markdown text={text} /></CitingTurn></TalkContext>)
  return talk
}
const marks = () => screen.queryAllByRole('button').map(({ textContent }) => textContent)

test('a citation opens the answer that its call gave, or the call where it gave none', () => {
  const talk = show('It has no memory [e1], and **I may not see** events **[e2]**.')
  expect(marks()).toEqual(['[e1]', '[e2]'])
  for (const button of screen.getAllByRole('button')) fireEvent.click(button)
  expect(vi.mocked(talk.show).mock.calls).toEqual([[{ turn: asked.id, part: 0 }], [{ turn: asked.id, part: 2 }]])
})

test('the one that is open says so, by its name as it is read', () => {
  show('See [e1][e2].', { turn: asked.id, part: 0 })
  expect(screen.getByRole('button', { name: '[e1], open the evidence' }).getAttribute('aria-pressed')).toBe('true')
  expect(screen.getByRole('button', { name: '[e2], open the evidence' }).getAttribute('aria-pressed')).toBe('false')
})

test('a number that no call of the turn has, and one in code, are text', () => {
  show('See [e7], `[e1]` and [x].')
  expect(marks()).toEqual([])
  expect(screen.getByText(/See/).closest('p')?.textContent).toBe('See [e7], [e1] and [x].')
})

test('what rules wrote cites as well', () => {
  renderInConsole(<TalkContext value={null}><CitingTurn value={null}><Written text="as [e1] says" byModel={false} /></CitingTurn></TalkContext>)
  expect(marks()).toEqual([])
  cleanup()
  const talk: Talk = { open: null, show: vi.fn(), refer: vi.fn(), edit: vi.fn(), say: vi.fn(), saying: false, readOnly: false, cluster: 'demo' }
  renderInConsole(<TalkContext value={talk}><CitingTurn value={asked}><Written text="as [e1] says" byModel={false} /></CitingTurn></TalkContext>)
  expect(marks()).toEqual(['[e1]'])
})
