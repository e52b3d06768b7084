// The one way to the host. Adds the header that writes need, turns every failure into a Problem, and notices the end of
// the session. It doesn't retry (queries do) and keeps nothing.
import createClient from 'openapi-fetch'
import { setCredential } from './credential'
import { takeFirst } from './first'
import { Problem, parseProblem, unreachable } from './problem'
import type { paths } from './schema'

export const WRITE_HEADER = { 'X-Kubechat': '1' } as const

/** Late bound, so that recorded answers can take the place of the network; what is on its way already isn't asked twice. */
const fetchNow = (asked: Request): Promise<Response> => takeFirst(asked) ?? globalThis.fetch(asked)

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: fetchNow })

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's data, or the Problem thrown. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>
  try {
    got = await asked
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw unreachable(cause)
  }
  const { data, error, response } = got
  if (!response.ok) throw refused(response, error)
  setCredential('in')
  return data as T
}

function refused(response: Response, body: unknown): Problem {
  const problem = parseProblem(response.status, parsed(body), response.headers.get('x-trace-id') ?? '')
  if (response.status === 401) setCredential('out')
  return problem
}

/** openapi-fetch hands over text where it could not read JSON. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
