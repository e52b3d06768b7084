// Two models beside the rules, of which the first has had too many requests, and a destination at which nothing listens: the
// discard port of loopback. And a text with secrets in it, for the masking; they open nothing anywhere.
import { scriptedModels } from './script'

export const MODELS = [
  ...scriptedModels(
    [{ rounds: [[{ fail: 'rate-limited', why: 'too many requests', retry_after_s: 20 }]] }],
    [{ rounds: [[{ text: 'The second one answers.' }]] }],
  ),
  '[egress.openai]', "url = 'http://127.0.0.1:9'", 'internal = true',
]

export const PASSWORD = 'correct-horse-battery'
export const SECRETS = `level=info msg="starting"\ndb_password=${PASSWORD}\nAuthorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789\n`
