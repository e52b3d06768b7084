// One type for every way a request can fail: the host's problem+json, an answer that is none, or no answer at all.
// It is parsed here once; pages ask its code and never read a response themselves.
import type { ProblemBody, StoredProblem } from './types'

/** The host's codes, and two of our own for when the host didn't speak. */
export type ProblemCode = ProblemBody['code'] | 'host-unreachable' | 'unreadable-answer'

/** A right that is missing, as far as the problem names it. */
export interface MissingRight {
  verb: string
  resource: string
  namespace: string | null
  /** The `kubectl auth can-i` line that shows the same. */
  canI: string
}

export interface ProblemFields {
  code: ProblemCode
  status: number
  title: string
  detail: string
  hint: string
  retryable: boolean
  traceId: string
}

export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly hint: string
  readonly retryable: boolean
  readonly traceId: string

  constructor(fields: ProblemFields) {
    super(fields.detail)
    this.name = 'Problem'
    this.code = fields.code
    this.status = fields.status
    this.title = fields.title
    this.detail = fields.detail
    this.hint = fields.hint
    this.retryable = fields.retryable
    this.traceId = fields.traceId
  }

  get isForbidden(): boolean {
    return this.code === 'cluster-forbidden' || this.code === 'forbidden'
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Reads the body of an answer that isn't a success. What isn't a problem becomes one that says so. */
export function parseProblem(status: number, body: unknown, traceId = ''): Problem {
  if (isRecord(body) && typeof body.code === 'string' && typeof body.detail === 'string') {
    return new Problem({
      code: body.code as ProblemBody['code'],
      status,
      title: text(body.title) || body.code,
      detail: body.detail,
      hint: text(body.hint),
      retryable: body.retryable === true,
      traceId: text(body.trace_id) || traceId,
    })
  }
  return new Problem({
    code: 'unreadable-answer',
    status,
    title: 'unreadable answer',
    detail: `HTTP ${status}`,
    hint: '',
    retryable: status >= 500,
    traceId,
  })
}

/** The problem of a request that got no answer. */
export function unreachable(cause: unknown): Problem {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new Problem({
    code: 'host-unreachable', status: 0, title: 'host unreachable', detail, hint: '', retryable: true, traceId: '',
  })
}

/** A problem kept in a plan, a run, a turn or a cluster: it happened earlier, so it has no status and no trace. */
export function storedProblem(stored: StoredProblem): Problem {
  return new Problem({
    code: stored.code, status: 0, title: stored.code, detail: stored.detail, hint: stored.hint ?? '', retryable: false, traceId: '',
  })
}

/** Whatever was thrown, as a Problem. */
export function toProblem(cause: unknown): Problem {
  return cause instanceof Problem ? cause : unreachable(cause)
}

/** The right that a refusal names: its hint holds the `kubectl auth can-i VERB RESOURCE [-n NS]` line. */
export function missingRight(problem: Problem): MissingRight | null {
  const line = /kubectl auth can-i [^`\n;]+/.exec(`${problem.hint}\n${problem.detail}`)?.[0]?.trim()
  if (line === undefined) return null
  const words = line.split(/\s+/).slice(3)
  const [verb, resource] = words
  if (verb === undefined || resource === undefined) return null
  const at = words.findIndex((word) => word === '-n' || word === '--namespace')
  return { verb, resource, namespace: at === -1 ? null : (words[at + 1] ?? null), canI: line }
}
