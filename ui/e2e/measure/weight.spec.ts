// How much script stands before the first screen: what the gates count, beside what is measured.
import { expect, test } from '@playwright/test'
import { weigh } from '../../scripts/weigh.mjs'
import { named } from '../plane'
import { keep, tenths } from './figures'

test('what the first screen weighs', () => {
  const script = weigh(named('KUBECHAT_CONSOLE_DIR')).rows.filter(([name]) => name.startsWith('JavaScript before'))
  const [gzip, brotli] = script.map(([, kb]) => tenths(kb))
  expect(script).toHaveLength(2)
  keep('weight', { gzip_kb: gzip, brotli_kb: brotli })
})
