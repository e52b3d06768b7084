// The parts of a pod's specification as `kubectl describe` writes them: a probe, a mount, a volume, each one line of the API's
// own words. Pure.
import { at, list, obj, text, type Obj } from './read'

export const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const
export type ProbeName = (typeof PROBES)[number]

/** What the API takes where a probe doesn't say. */
const USUAL = { initialDelaySeconds: 0, timeoutSeconds: 1, periodSeconds: 10, failureThreshold: 3 } as const

/** `http-get :8080/healthz every 10s, 3 failures; delay 5s`, in kubectl's words where it has some. */
export function probeText(probe: Obj): string {
  const times = (key: keyof typeof USUAL) => text(probe, key) ?? String(USUAL[key])
  return `${handlerOf(probe)} delay=${times('initialDelaySeconds')}s timeout=${times('timeoutSeconds')}s period=${times('periodSeconds')}s #failure=${times('failureThreshold')}`
}

function handlerOf(probe: Obj): string {
  const web = obj(probe, 'httpGet')
  if (text(web, 'port') !== undefined) return `${(text(web, 'scheme') ?? 'HTTP').toLowerCase()}-get ${text(web, 'host') ?? ''}:${text(web, 'port') ?? ''}${text(web, 'path') ?? '/'}`
  const socket = text(probe, 'tcpSocket', 'port')
  if (socket !== undefined) return `tcp-socket :${socket}`
  const grpc = text(probe, 'grpc', 'port')
  if (grpc !== undefined) return `grpc :${grpc}`
  return `exec [${words(at(probe, 'exec', 'command'))}]`
}

export const words = (value: unknown): string => (Array.isArray(value) ? value.map(String).join(' ') : '')

/** `/etc/config from config (ro)`. */
export const mountText = (mount: Obj): string =>
  `${text(mount, 'mountPath') ?? ''} from ${text(mount, 'name') ?? ''}${mount.readOnly === true ? ' (ro)' : ''}`

const NAMES = ['name', 'secretName', 'claimName', 'path', 'driver', 'server', 'medium']

/** Where a volume comes from, and the name it has there: `configMap web-config`. */
export function volumeText(volume: Obj): string {
  const [source, detail] = Object.entries(volume).find(([key]) => key !== 'name') ?? []
  if (source === undefined) return ''
  if (source === 'projected') {
    const parts = list(detail, 'sources').flatMap((each) => Object.entries(each).map(([key, part]) => [key, nameIn(part)].filter(Boolean).join(' ')))
    return `projected: ${parts.join(', ')}`
  }
  return [source, nameIn(detail)].filter(Boolean).join(' ')
}

const nameIn = (detail: unknown): string => NAMES.map((key) => text(detail, key)).find((found) => found !== undefined) ?? ''

export interface Ended {
  reason: string | undefined
  exitCode: string | undefined
  at: string | undefined
  message: string | undefined
}

/** How the run before this one ended; null where there was none. */
export function endedBefore(status: Obj | undefined): Ended | null {
  return ended(obj(status, 'lastState', 'terminated'))
}

/** How this run ended; null where it goes on. */
export const endedNow = (status: Obj | undefined): Ended | null => ended(obj(status, 'state', 'terminated'))

function ended(detail: Obj): Ended | null {
  if (Object.keys(detail).length === 0) return null
  return { reason: text(detail, 'reason'), exitCode: text(detail, 'exitCode'), at: text(detail, 'finishedAt'), message: text(detail, 'message') }
}
