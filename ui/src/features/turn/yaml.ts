// An object as YAML to be read, not to be applied: what was shown may be masked. Pure; writes the block style that kubectl
// prints and quotes whatever YAML could take for something else.

const PLAIN = /^[A-Za-z/_][A-Za-z0-9 ./_@-]*$/
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n'])

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0)

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null'
  return PLAIN.test(value) && !value.endsWith(' ') && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value)
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => listed(item, indent))
  if (isRecord(value) && !isEmpty(value)) return Object.entries(value).flatMap(([key, item]) => keyed(key, item, indent))
  return [`${indent}${scalar(value)}`]
}

function listed(item: unknown, indent: string): string[] {
  const [first = '', ...rest] = lines(item, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}

function keyed(key: string, value: unknown, indent: string): string[] {
  const name = `${indent}${scalar(key)}:`
  const nested = (Array.isArray(value) || isRecord(value)) && !isEmpty(value)
  if (!nested) return [`${name} ${scalar(value)}`]
  return [name, ...lines(value, Array.isArray(value) ? indent : `${indent}  `)]
}

export const toYaml = (value: unknown): string => lines(value, '').join('\n')
