import { expect, test } from 'vitest'
import { parseRowId, rowId } from './gvr'
import { selectedIds } from './search'

test('a selected row is read back as the same row, whatever its cluster is called', () => {
  for (const cluster of ['demo', 'eu,west', 'arn:aws:eks:eu-west-1:1:cluster/shop', '100%', 'a%2Cb']) {
    const at = { cluster, namespace: 'shop', name: 'web' }
    const ids = selectedIds([rowId(at), rowId({ ...at, name: 'cart' })].join(','))
    expect(ids.map((id) => parseRowId('pods', id))).toEqual([{ ...at, gvr: 'pods' }, { ...at, gvr: 'pods', name: 'cart' }])
  }
})

test('what is no row of a list is none', () => {
  for (const id of ['', 'demo', 'demo/shop', '/shop/web', '%/shop/web']) expect(parseRowId('pods', id)).toBeNull()
})
