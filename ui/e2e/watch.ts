// What no page may do, watched on every page of every browser context that a test opens, however it opens it: ask another
// origin, write to the browser's console, leave an error uncaught, break the content policy, keep a secret in web storage.
import type { Browser, BrowserContext } from '@playwright/test'

export interface Watch {
  /** What was seen that must not be, in words; what is kept in web storage once its context is closed. */
  readonly seen: string[]
  /** Closes what is open, and lets the browser go. */
  end(): Promise<void>
}

/** A session's or a link's secret, as the host writes them. */
const SECRET = /[0-9a-f]{64}/
const BREACH = 'breachOfPolicy'

/** From now on, contexts of this browser are watched. `allowed` is what the console may say. */
export function watch(browser: Browser, origin: string, allowed: readonly RegExp[]): Watch {
  const seen: string[] = []
  const open: BrowserContext[] = []
  const unwatched = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const context = await unwatched(options)
    open.push(context)
    context.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('blob:')) seen.push(`a request to ${request.url()}`)
    })
    context.on('console', (message) => {
      const text = `${message.type()}: ${message.text()}`
      if (!allowed.some((words) => words.test(text))) seen.push(`the console says ${text} (${message.location().url})`)
    })
    context.on('weberror', (thrown) => seen.push(`an error nobody caught: ${thrown.error().message}`))
    await context.exposeBinding(BREACH, (_, words: string) => { seen.push(`the content policy was broken: ${words}`) })
    await context.addInitScript((name) => {
      const tell = (window as unknown as Record<string, (words: string) => void>)[name]
      window.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => tell?.(`${effectiveDirective} by ${blockedURI}`))
    }, BREACH)
    const unseen = context.close.bind(context)
    context.close = async (options) => {
      for (const page of context.pages().filter((each) => !each.isClosed() && each.url().startsWith(`${origin}/`))) {
        const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
        if (SECRET.test(kept)) seen.push(`a secret is kept in the browser by ${new URL(page.url()).pathname}`)
      }
      await unseen(options)
    }
    return context
  }
  return {
    seen,
    async end() {
      browser.newContext = unwatched
      for (const context of open) await context.close()
    },
  }
}
