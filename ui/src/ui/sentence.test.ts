import { expect, test } from 'vitest'
import { sentence } from './sentence'

test.each([
  ['the database could not be read', 'The database could not be read'],
  ['nothing listens at 127.0.0.1:9', 'Nothing listens at 127.0.0.1:9'],
  ['look at the log of the host', 'Look at the log of the host'],
])('%s begins as a sentence does', (text, said) => expect(sentence(text)).toBe(said))

test.each(['web is gone', 'demo gave no answer', 'provider-rules did not answer', 'kubectl auth can-i list pods', 'the-shop/web is gone', 'a.b is no kind', 'HTTP 500', '', '`web` is gone'])(
  '%s begins with a name, and stays', (text) => expect(sentence(text)).toBe(text))
