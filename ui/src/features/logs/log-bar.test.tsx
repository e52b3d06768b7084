import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { LogBar } from './log-bar'
import { LogStateWord } from './log-state'
import { chosenOf, readLogSearch, type LogSearch } from './search'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** A screen of a phone or not. */
const screenIs = (isNarrow: boolean) => vi.stubGlobal('matchMedia', () => ({ matches: isNarrow, addEventListener: () => undefined, removeEventListener: () => undefined }))

function shown(search: LogSearch) {
  const said: LogSearch[] = []
  renderInConsole(<LogBar pods={['a', 'b']} chosen={['a', 'b']} containers={['app']} search={search} onSearch={(change) => said.push(change)} />)
  return said
}

test('a toggle says whether it is pressed, and not by its colour alone', () => {
  screenIs(false)
  shown({ times: true })
  const [on, off] = [screen.getByRole('button', { name: 'Timestamps' }), screen.getByRole('button', { name: 'Previous run' })]
  expect([on, off].map((each) => each.getAttribute('aria-pressed'))).toEqual(['true', 'false'])
  expect([on, off].map((each) => each.querySelector('svg') !== null)).toEqual([true, false])
})

test('what is as usual on this screen is not said in the URL', () => {
  screenIs(false)
  const said = shown({})
  fireEvent.click(screen.getByRole('button', { name: 'Wrap' }))
  expect(said).toEqual([{ wrap: true }])
  cleanup()
  const back = shown({ wrap: true })
  fireEvent.click(screen.getByRole('button', { name: 'Wrap' }))
  expect(back).toEqual([{ wrap: undefined }])
})

test('on a phone everything but the words that are looked for is behind one button, which says how much is chosen there', () => {
  screenIs(true)
  shown({ level: 'bad', include: 'x' })
  expect(screen.getByRole('textbox', { name: 'Lines with' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Options, 1 chosen' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull()
})

test('a link that says that lines are not broken is read, and one that says nothing leaves it to the screen', () => {
  expect([{ wrap: false }, { wrap: 'false' }, { wrap: true }, {}].map((search) => readLogSearch(search).wrap)).toEqual([false, false, true, undefined])
  const ofPage = { wrap: false, follow: false, include: 'x', tab: 'logs', c: 'demo' } as LogSearch
  expect(chosenOf(ofPage)).toBe(2)
})

test('what is followed while nothing runs is not called live', () => {
  renderInConsole(<LogStateWord now={{ state: 'live' }} stopped="CrashLoopBackOff" onAgain={() => undefined} />)
  expect(screen.queryByText('live')).toBeNull()
  expect(screen.getByText('CrashLoopBackOff')).toBeTruthy()
})
