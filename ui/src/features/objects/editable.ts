// An object's YAML as one would write it: without what the API server and controllers make, which changes all the time and
// which the host refuses to have edited. What stands neither before nor after an edit is no change. The host prints keys at two
// spaces a level and list items at their key's own indent, so whole blocks can be taken out by their lines. Pure.

const SERVER_MADE_TOP = ['status']
const SERVER_MADE_METADATA = ['creationTimestamp', 'deletionTimestamp', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion', 'selfLink', 'uid']

const keyAt = (line: string, indent: number): string | null =>
  new RegExp(`^ {${indent}}([A-Za-z0-9_.'"/-]+):(\\s|$)`).exec(line)?.[1] ?? null

const indentOf = (line: string): number => line.length - line.trimStart().length

/** Whether a line still belongs to the block that a key at `indent` began. */
const isInside = (line: string, indent: number): boolean =>
  line.trim() === '' || indentOf(line) > indent || (indentOf(line) === indent && line.trimStart().startsWith('- '))

export function editable(yaml: string): string {
  const kept: string[] = []
  let top = ''
  let skipped: number | null = null
  for (const line of yaml.split('\n')) {
    if (skipped !== null && isInside(line, skipped)) continue
    skipped = null
    top = keyAt(line, 0) ?? top
    if (SERVER_MADE_TOP.includes(keyAt(line, 0) ?? '')) skipped = 0
    else if (top === 'metadata' && SERVER_MADE_METADATA.includes(keyAt(line, 2) ?? '')) skipped = 2
    else kept.push(line)
  }
  return `${kept.join('\n').trimEnd()}\n`
}
