// What the first screen costs (weigh.mjs), as a table; exits 1 over a limit. Times are not judged here: they depend on the
// machine.
import { weigh } from './weigh.mjs'

const { rows, origins } = weigh(process.env.KUBECHAT_CONSOLE_DIR ?? new URL('../dist/', import.meta.url).pathname)

let over = false
console.log('| gate | now | limit | aim | |\n|---|---|---|---|---|')
for (const [name, now, limit, aim, unit] of rows) {
  const word = now > limit ? 'OVER' : now > aim ? 'within the limit' : 'within the aim'
  over ||= now > limit
  console.log(`| ${name} | ${unit ? now.toFixed(1) : now} ${unit} | ${limit} | ${aim} | ${word} |`)
}
for (const origin of origins) console.log(`other origin: ${origin}`)
process.exit(over ? 1 : 0)
