import { expect, test } from 'vitest'
import { filtered, nextSort, ordered, parseSort } from './arrange'
import { textOf, type TableRow } from './table'

const row = (name: string, cells: unknown[], createdAt: string | null = null): TableRow => ({ id: name, cluster: 'demo', namespace: 'shop', name, createdAt, cells, text: textOf('shop', name, cells) })
const names = (rows: readonly TableRow[]) => rows.map(({ name }) => name)

test('a filter looks into place, name and printed texts, whatever their case', () => {
  const rows = [row('web', ['web', 'Running', 3]), row('checkout', ['checkout', 'CrashLoopBackOff', 1])]
  expect(names(filtered(rows, 'crashloop'))).toEqual(['checkout'])
  expect(names(filtered(rows, 'SHOP'))).toEqual(['web', 'checkout'])
  expect(filtered(rows, '  ')).toBe(rows)
})

test('a filter that goes on, and one that is taken back, find what a new one finds', () => {
  const rows = ['web-1', 'web-2', 'api-2'].map((name) => row(name, [name]))
  const found = ['web', 'web-2', '-2', 'web', 'api'].map((q) => names(filtered(rows, q)))
  expect(found).toEqual(['web', 'web-2', '-2', 'web', 'api'].map((q) => names(filtered([...rows], q))))
})

/** The same numbers in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let at = seed; ; at = (at * 1_103_515_245 + 12_345) % 2_147_483_648) yield Math.floor(at / 65_536)
}

test('whatever is typed, and however the rows change meanwhile, a filter finds what a look through every row finds', () => {
  const random = numbers(7)
  const below = (count: number) => random.next().value % count
  const word = (letters: string, length: number) => Array.from({ length }, () => letters[below(letters.length)]).join('')
  const fresh = () => row(word('abB-', 1 + below(5)), [word('aAb ', below(4)), below(9)])
  let rows: readonly TableRow[] = Array.from({ length: 40 }, fresh)
  let q = ''
  for (let step = 0; step < 4_000; step++) {
    const does = below(10)
    if (does < 5) q += word('aB- ', 1)
    else if (does < 7) q = q.slice(0, -1)
    else if (does < 8) q = q.slice(1)
    else if (does < 9) q = word('abS-', below(4))
    else rows = rows.map((each) => (below(8) === 0 ? fresh() : each))
    const text = q.trim().toLowerCase()
    expect(filtered(rows, q), `step ${step}: “${q}”`).toEqual(rows.filter((each) => each.text.includes(text)))
  }
})

test('rows that stand by their place are left as they are, others are put there', () => {
  const rows = ['a', 'b', 'c'].map((name) => row(name, []))
  expect(ordered(rows, [], null)).toBe(rows)
  expect(names(ordered([...rows].reverse(), [], null))).toEqual(['a', 'b', 'c'])
})

test('numbers come by value and before texts, also where they begin a text', () => {
  const rows = [row('a', ['10 (5m ago)']), row('b', ['9']), row('c', [2]), row('d', ['none'])]
  expect(names(ordered(rows, ['Restarts'], parseSort('restarts')))).toEqual(['c', 'b', 'a', 'd'])
  expect(names(ordered(rows, ['Restarts'], parseSort('-Restarts')))).toEqual(['d', 'a', 'b', 'c'])
})

test('by age the youngest comes first', () => {
  const rows = [row('old', [], '2026-03-01T00:00:00Z'), row('new', [], '2026-03-02T00:00:00Z')]
  expect(names(ordered(rows, [], parseSort('age')))).toEqual(['new', 'old'])
})

test('a heading orders up, then down, then no more', () => {
  expect(nextSort(null, 'Name')).toBe('Name')
  expect(nextSort(parseSort('name'), 'Name')).toBe('-Name')
  expect(nextSort(parseSort('-name'), 'Name')).toBeUndefined()
})
