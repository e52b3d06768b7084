// Which permissions the steps of a plan need, as far as the plan names the resource. Pure. An eviction is a right of its own.
import type { Plan } from '@/api/types'
import { listedOf, objectParts } from './shapes'

export interface RightAsked {
  verb: string
  resource: string
  namespace?: string
}

const RIGHTS_MAX = 20

export function rightsOf(plan: Plan, cluster: string): RightAsked[] {
  const part = plan.parts.find((each) => each.cluster === cluster)
  const written = part === undefined ? [] : listedOf(part).filter((each) => each.why === 'written')
  const drains = plan.operations.some((operation) => (operation as { op?: unknown }).op === 'drain')
  const rights = plan.steps.filter((step) => step.cluster === cluster).flatMap((step): RightAsked[] => {
    const { kind, namespace, name } = objectParts(step.object)
    const type = written.find(({ object }) => object.type.kind === kind && object.name === name)?.object.type
    if (type === undefined) return []
    const evicts = drains && kind === 'Pod'
    const resource = [type.plural, type.group].filter(Boolean).join('.')
    return [{ verb: evicts ? 'create' : step.verb, resource: evicts ? 'pods/eviction' : resource, ...(namespace !== null && { namespace }) }]
  })
  const once = new Map(rights.map((right) => [JSON.stringify(right), right]))
  return [...once.values()].slice(0, RIGHTS_MAX)
}
