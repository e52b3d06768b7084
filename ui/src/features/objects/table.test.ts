import { expect, test } from 'vitest'
import { example } from '@/testing/recorded'
import type { ResourcePage } from '@/api/types'
import { tableOf } from './table'

const page = example<ResourcePage>('GET', '/api/v1/resources/{gvr}')

test('sources with other columns become one table by their titles', () => {
  const other = { ...page, columns: ['Status', 'Name', 'Node'], items: page.items.map((item) => ({ ...item, uid: 'other', cells: ['Running', item.name, 'n1'] })) }
  const table = tableOf([{ cluster: 'demo', columns: page.columns, rows: page.items }, { cluster: 'prod', columns: other.columns, rows: other.items }])
  expect(table.columns).toEqual(['Name', 'Status', 'Node'])
  expect(table.rows.map(({ id, cells }) => [id, cells])).toEqual([
    ['demo/shop/web-5c9d', ['web-5c9d', 'Running', '']],
    ['prod/shop/web-5c9d', ['web-5c9d', 'Running', 'n1']],
  ])
})

test('a row that did not change is the same row, so that nothing is drawn again', () => {
  const part = { cluster: 'demo', columns: page.columns, rows: page.items }
  expect(tableOf([part]).rows[0]).toBe(tableOf([part]).rows[0])
})
