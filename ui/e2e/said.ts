// A sentence said over the API as a page's own session, and the names of what came of it: what pages of a thread and of a
// plan can show.
import type { Page } from '@playwright/test'
import type { Names } from './routes'

export async function said(page: Page, namespace: string, sentence = 'scale web to 4'): Promise<Names> {
  const names = await page.evaluate(async (words) => {
    const headers = { 'x-kubechat': '1', 'content-type': 'application/json' }
    const asked = await fetch('/api/v1/prompts', { method: 'POST', headers, body: JSON.stringify({ sentence: words }) })
    const { thread, turn } = await asked.json()
    for (let tries = 0; tries < 200; tries++) {
      const now = await fetch(`/api/v1/turns/${turn}`).then((answer) => answer.json())
      if (now.state !== 'working') break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const plans = await fetch('/api/v1/plans?limit=1').then((answer) => answer.json())
    return { thread, plan: plans.items[0].id }
  }, sentence)
  return { ...names, gvr: 'deployments.apps', cluster: 'demo', namespace, name: 'web' }
}
