// The pages under test, from the router itself: a new page is tested without anybody remembering it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { patternsOf } from '../scripts/patterns.mjs'

export const PATTERNS = patternsOf(readFileSync(join(import.meta.dirname, '../src/router.tsx'), 'utf8'))

export interface Names {
  thread: string
  plan: string
  gvr: string
  cluster: string
  namespace: string
  name: string
}

/** The address of a page that shows something which exists. */
export function addressOf(pattern: string, names: Names): string {
  const id = pattern.startsWith('/chat') ? names.thread : names.plan
  const filled = { $id: id, $gvr: names.gvr, $cluster: names.cluster, $namespace: names.namespace, $name: names.name }
  const segment = (one: string) => {
    if (!one.startsWith('$')) return one
    const value = filled[one as keyof typeof filled]
    if (value === undefined) throw new Error(`${pattern}: no page test knows what ${one} could be; tell e2e/routes.ts`)
    return value
  }
  return pattern.split('/').map(segment).join('/')
}
