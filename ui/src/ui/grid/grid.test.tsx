import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { useState } from 'react'
import { DataGrid } from './grid'
import { ROWS_IN_DOM_MAX } from './sight'

interface Named { name: string }

const ROWS = 30_000
const many: Named[] = Array.from({ length: ROWS }, (_, index) => ({ name: `pod-${index}` }))

beforeEach(() => {
  // The document of the tests has no layout: the grid gets the height of a very tall screen.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(2_600)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000)
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

function show(rows: readonly Named[] = many, total = rows.length) {
  const acts = { onOpen: vi.fn(), onSelect: vi.fn(), onKey: vi.fn(() => true), onOrder: vi.fn(), onReach: vi.fn() }
  const columns = [{ id: 'name', title: 'Name', min: 100, grow: 1, sort: 'Name', cell: ({ name }: Named) => name }]
  renderInConsole(<DataGrid label="Pods" columns={columns} rows={rows} total={total} isTotal idOf={({ name }) => name} order={{ by: 'name', down: true }} selected={new Set(['pod-1'])} {...acts} />)
  return acts
}

/** Columns of a list, shown on a phone: their cells stand one below the other. */
function showStacked() {
  vi.spyOn(window, 'matchMedia').mockImplementation((words) => ({ matches: words.includes('max-width'), addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList)
  const acts = { onOpen: vi.fn(), onSelect: vi.fn(), onKey: vi.fn(() => true), onOrder: vi.fn(), onReach: vi.fn() }
  const columns = ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node', 'Gates'].map((title) => ({ id: title, title, min: 100, grow: 1, isPlain: title === 'Status', cell: ({ name }: Named) => `${title} of ${name}` }))
  renderInConsole(<DataGrid label="Pods" columns={columns} rows={many} total={many.length} isTotal idOf={({ name }) => name} order={null} selected={new Set()} {...acts} />)
  return acts
}

// By selector: to ask a hundred rows for their role takes seconds here.
const bodyRows = () => [...document.querySelectorAll<HTMLElement>('[role=row][data-index]')]
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })

test('thirty thousand rows are some dozens in the document, and all of them to a screen reader', () => {
  show()
  expect(bodyRows().length).toBeGreaterThan(10)
  expect(bodyRows().length).toBeLessThanOrEqual(ROWS_IN_DOM_MAX)
  expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(ROWS + 1))
})

test('one row takes the keyboard; j and k move it, Enter opens it, Space selects it', () => {
  const acts = show()
  expect(bodyRows().filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1)
  bodyRows()[0]?.focus()
  press('j')
  press('ArrowDown')
  press('k')
  expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('3')
  press('Enter')
  expect(acts.onOpen).toHaveBeenCalledWith({ name: 'pod-1' })
  press(' ')
  expect(acts.onSelect).toHaveBeenCalledWith('pod-1')
  press('l')
  expect(acts.onKey).toHaveBeenCalledWith('l', { name: 'pod-1' })
})

test('a heading says how it orders, and orders when it is pressed', () => {
  const acts = show()
  expect(screen.getByRole('columnheader', { name: /Name/ }).getAttribute('aria-sort')).toBe('descending')
  fireEvent.click(screen.getByRole('button', { name: 'Name' }))
  expect(acts.onOrder).toHaveBeenCalledWith('Name')
})

test('rows that are not read yet have their place', () => {
  show(many.slice(0, 5), 8)
  expect(bodyRows()).toHaveLength(8)
})

test('on a phone a row is its name, and below it the next columns with their titles', () => {
  showStacked()
  expect(screen.getByRole('grid').getAttribute('aria-colcount')).toBe('9')
  const cells = [...(bodyRows()[0]?.querySelectorAll('[role=gridcell]') ?? [])]
  expect(cells.map((cell) => cell.getAttribute('aria-colindex'))).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
  expect(cells.slice(1, 5).map(({ textContent }) => textContent)).toEqual(['Name of pod-0', 'ReadyReady of pod-0', 'Status of pod-0', 'RestartsRestarts of pod-0'])
  expect(bodyRows().length).toBeLessThanOrEqual(ROWS_IN_DOM_MAX)
})

test('on a phone the keys move and open as elsewhere', () => {
  const acts = showStacked()
  bodyRows()[0]?.focus()
  press('j')
  press('Enter')
  expect(acts.onOpen).toHaveBeenCalledWith({ name: 'pod-1' })
})

test('a filter fills the elements that are there anew; the one with the keyboard in it stays with its row', () => {
  const columns = [{ id: 'name', title: 'Name', min: 100, grow: 1, cell: ({ name }: Named) => name }]
  const rest = { label: 'Pods', columns, isTotal: true, idOf: ({ name }: Named) => name, order: null, selected: new Set<string>(), onOpen: vi.fn(), onSelect: vi.fn(), onKey: vi.fn(() => true), onOrder: vi.fn(), onReach: vi.fn() }
  function Filtered() {
    const [rows, setRows] = useState(many)
    return <><button onClick={() => setRows(many.filter((_, index) => index % 3 === 0))}>Filter</button><DataGrid rows={rows} total={rows.length} {...rest} /></>
  }
  renderInConsole(<Filtered />)
  bodyRows()[6]?.focus()
  const before = bodyRows()
  fireEvent.click(screen.getByText('Filter'))
  expect(bodyRows().map(({ textContent }) => textContent).slice(0, 4)).toEqual(['pod-0', 'pod-3', 'pod-6', 'pod-9'])
  expect(bodyRows().filter((row) => !before.includes(row)).length).toBeLessThan(3)
  expect(document.activeElement).toBe(before[6])
  expect(document.activeElement?.textContent).toBe('pod-6')
})

test('the row that took the keyboard first keeps it when another one comes before it', () => {
  const acts = { onOpen: vi.fn(), onSelect: vi.fn(), onKey: vi.fn(() => true), onOrder: vi.fn(), onReach: vi.fn() }
  const columns = [{ id: 'name', title: 'Name', min: 100, grow: 1, cell: ({ name }: Named) => name }]
  function Growing() {
    const [rows, setRows] = useState(many)
    return <><button onClick={() => setRows([{ name: 'a-new-one' }, ...many])}>Grow</button><DataGrid label="Pods" columns={columns} rows={rows} total={rows.length} isTotal idOf={({ name }) => name} order={null} selected={new Set()} {...acts} /></>
  }
  renderInConsole(<Growing />)
  bodyRows()[0]?.focus()
  fireEvent.click(screen.getByText('Grow'))
  expect(document.activeElement?.textContent).toBe('pod-0')
  press('Enter')
  expect(acts.onOpen).toHaveBeenCalledWith({ name: 'pod-0' })
})
