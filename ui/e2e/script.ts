// What `provider-scripted` says, as lines of a host's configuration: a journey plays what rules cannot, a provider that dies,
// pauses or never ends.

export interface Line {
  wait_ms?: number
  text?: string
  note?: string
  call?: string
  arguments_json?: string
  fail?: 'auth' | 'rate-limited' | 'context-too-long' | 'model-not-found' | 'unavailable' | 'bad-response' | 'bad-request' | 'other' | 'trap'
  retry_after_s?: number
  finish?: 'stop' | 'length' | 'refused' | 'other'
  why?: string
}

export interface Answer {
  when?: string
  rounds: Line[][]
}

/** A value as TOML writes it on one line; JSON's strings and numbers are TOML's. */
function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value).map(([key, inner]) => `${key} = ${toml(inner)}`).join(', ')} }`
  }
  return JSON.stringify(value)
}

/** Further models beside the rules, in their order, each with a script of its own. */
export const scriptedModels = (...scripts: Answer[][]): string[] =>
  scripts.flatMap((answers) => ['[[models]]', "provider = 'provider-scripted'", `settings = ${toml({ answers })}`])

export const scripted = (answers: Answer[]): string[] => ["provider = 'provider-scripted'", `provider_settings = ${toml({ answers })}`]
