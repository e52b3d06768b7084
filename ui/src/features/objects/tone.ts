// Words of states that the field knows as good, under way or bad. Pure; a word it doesn't know has no tone.
import type { Tone } from '@/ui/chip'

const BAD = /^(crashloopbackoff|error|failed|.*err.*|imagepullbackoff|oomkilled|evicted|lost|notready.*|createcontainerconfigerror|invalidimagename|.*backoff|warning|false|unknown)$/i
const WARN = /^(pending|terminating|containercreating|init:.*|podinitializing|unknown|released|.*schedulingdisabled)$/i
const OK = /^(running|ready|active|bound|available|succeeded|completed|complete|normal|true|established)$/i

export function toneOf(word: string): Tone | null {
  if (WARN.test(word)) return 'warn'
  if (BAD.test(word)) return 'bad'
  return OK.test(word) ? 'ok' : null
}
