// Answers to what public/first.js asked while this script was on its way: each is handed once to who asks the same, and none
// that has become old. It asks nothing itself. Also the mark by which that file knows that asking makes sense: a browser's
// last word, no secret and no proof; the session is a cookie that no script can read.
import type { Credential } from './credential'

/** An answer asked longer ago is not handed out any more. Milliseconds. */
export const FIRST_MS_MAX = 5_000
const MARK = 'kubechat-session'

interface First {
  /** `performance.now()` at the time. */
  asked: number
  /** By their full address. */
  answers: Map<string, Promise<Response>>
}

declare global {
  interface Window { kubechatFirst?: First }
}

/** Whether anything was asked: this browser was logged in when it was last told. */
export const isUnderWay = (): boolean => globalThis.window?.kubechatFirst !== undefined

/** The answer that is on its way already; null when it has to be asked for. */
export function takeFirst({ method, url, signal }: Pick<Request, 'method' | 'url' | 'signal'>): Promise<Response> | null {
  const first = globalThis.window?.kubechatFirst
  const answer = method === 'GET' ? first?.answers.get(url) : undefined
  if (first === undefined || answer === undefined) return null
  first.answers.delete(url)
  return performance.now() - first.asked > FIRST_MS_MAX ? null : orAborted(answer, signal)
}

const orAborted = (answer: Promise<Response>, signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(new DOMException('given up', 'AbortError'))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    answer.then(resolve, reject)
  })

export function markSession(credential: Credential): void {
  try {
    if (credential === 'in') localStorage.setItem(MARK, 'in')
    else if (credential === 'out') localStorage.removeItem(MARK)
  } catch {
    // Storage may be refused: then the next page asks once its script is there.
  }
}

/** Calls when another tab of this browser is told that there is a session: it is this tab's too. */
export function whenMarked(then: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => { if (key === MARK && newValue === 'in') then() }
  window.addEventListener('storage', hear)
  return () => window.removeEventListener('storage', hear)
}
