// The fields of an object that are worth a glance: those of its status and spec that are plain values, under the field's own
// names, in an order that puts what people look for first. What is said in words already (readiness.ts) is not said again.
// Pure; knows no kind by name.
import { obj, type Obj } from './read'

const FIRST = [
  'phase', 'reason', 'message', 'replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'updatedReplicas', 'nodeName', 'podIP', 'hostIP', 'qosClass',
  'type', 'clusterIP', 'schedule', 'suspend', 'lastScheduleTime', 'active', 'succeeded', 'failed', 'serviceAccountName', 'priorityClassName', 'storageClassName', 'capacity', 'unschedulable',
]
const FIELDS_MAX = 14
const ENOUGH = 3

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value) && value !== ''

export function keyFields(object: Obj, said: readonly string[] = []): [string, string | number | boolean][] {
  const wanted = obj(object, 'spec')
  const seen = obj(object, 'status')
  const named = (prefix: string, from: Obj) => Object.entries(from).flatMap(([key, value]): [string, string | number | boolean][] => (isPlain(value) ? [[`${prefix}${key}`, value]] : []))
  // `spec.replicas` and `status.replicas` are two things; other names say by themselves which they are.
  const all = [...named('', seen), ...named('spec.', wanted), ...(isPlain(object.type) ? [['type', object.type] as [string, string]] : [])]
  const place = ([key]: [string, unknown]): number => {
    const at = FIRST.indexOf(key.replace(/^spec\./, ''))
    return at === -1 ? FIRST.length : at
  }
  const sorted = all.filter(([key]) => key !== 'observedGeneration' && !said.includes(key)).sort((a, b) => place(a) - place(b))
  const known = sorted.filter((field) => place(field) < FIRST.length)
  // A kind that has none of the known fields is shown by those it has.
  return (known.length + said.length >= ENOUGH ? known : sorted).slice(0, FIELDS_MAX)
}
