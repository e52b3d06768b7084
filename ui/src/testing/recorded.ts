// The host's answers as docs/openapi.json records them: for tests, and for `npm run dev:recorded`, which needs no host.
// What the document gives no example for is refused, so nobody builds on an answer that was made up. Never in a build.
import document from '../../../docs/openapi.json?raw'

interface Content { example?: unknown }
interface Operation { responses: Record<string, { content?: Record<string, Content> }> }
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { responses: { Problem: { content: Record<string, Content> } } }
}

const recorded = JSON.parse(document) as Document

interface Recorded {
  status: number
  type: string
  body: unknown
}

const pattern = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)

const known = Object.entries(recorded.paths).map(([path, operations]) => ({ path, matches: pattern(path), operations }))

/** The first success recorded for a call. */
export function recordedAnswer(method: string, path: string): Recorded | null {
  const operation = (known.find((each) => each.path === path) ?? known.find((each) => each.matches.test(path)))?.operations[method.toLowerCase()]
  const success = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'))
  if (success === undefined) return null
  const [type, content] = Object.entries(success[1].content ?? {})[0] ?? ['text/plain', {}]
  return { status: Number(success[0]), type, body: content.example ?? null }
}

/** The example of a schema-typed answer, for tests of what is made of it. */
export function example<T>(method: string, path: string): T {
  const found = recordedAnswer(method, path)
  if (found === null) throw new Error(`docs/openapi.json records no answer to ${method} ${path}`)
  return structuredClone(found.body) as T
}

export const exampleProblem = (): unknown => structuredClone(recorded.components.responses.Problem.content['application/problem+json']?.example)

export const recordedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init)
  const { pathname } = new URL(request.url)
  const found = recordedAnswer(request.method, pathname)
  if (found === null) {
    return Response.json(exampleProblem(), { status: 404, headers: { 'content-type': 'application/problem+json' } })
  }
  if (found.type === 'text/event-stream') return eventStream(String(found.body), request.signal)
  const empty = found.status === 204
  const text = typeof found.body === 'string' ? found.body : JSON.stringify(found.body)
  return new Response(empty ? null : text, { status: found.status, headers: empty ? {} : { 'content-type': found.type } })
}

const BEAT_MS = 1000

/** The recorded events, then a heartbeat each second, as the host does. */
function eventStream(events: string, signal: AbortSignal): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      stream.enqueue(encoder.encode(events))
      const beat = setInterval(() => stream.enqueue(encoder.encode(': alive\n\n')), BEAT_MS)
      signal.addEventListener('abort', () => {
        clearInterval(beat)
        stream.error(signal.reason)
      })
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

export function installRecorded(): void {
  globalThis.fetch = recordedFetch
}
