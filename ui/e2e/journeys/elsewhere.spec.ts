// A conversation that is open in one tab and goes on in another: what is asked there stands here, without loading it anew.
import { expect, test } from '../fixtures'
import { say } from './say'

test('what is asked elsewhere in a conversation stands in it', async ({ as }) => {
  const page = await as('editor')
  await say(page, 'list pods')
  const thread = /\/chat\/(t-[0-9a-z]+)/.exec(page.url())?.[1]
  expect(thread).toBeDefined()
  const other = await page.context().newPage()
  await other.goto('/help')
  const status = await other.evaluate((body) =>
    fetch('/api/v1/prompts', { method: 'POST', headers: { 'x-kubechat': '1', 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((answer) => answer.status), { sentence: 'list services', thread })
  expect(status).toBe(202)
  await other.close()
  await expect(page.getByRole('region', { name: 'Transcript' }).getByRole('article', { name: 'list services', exact: true })).toBeVisible()
})
