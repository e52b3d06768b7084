// The watch itself: what no page may do is seen when a page does it, in a second tab of a context that a test made by hand.
import { expect, test } from './fixtures'

test('what no page may do is seen on any page', async ({ browser, world, watched }) => {
  const context = await browser.newContext({ baseURL: world.host.url })
  await context.newPage()
  const tab = await context.newPage()
  await tab.goto('/')
  await expect(tab.getByRole('heading', { level: 1 })).toBeVisible()
  expect(watched.seen, 'nothing until then').toEqual([])
  await tab.evaluate(() => {
    console.info('a word')
    setTimeout(() => { throw new Error('a mistake') })
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))
    sessionStorage.setItem('kept', 'c0de'.repeat(16))
  })
  await expect.poll(() => watched.seen.join('\n')).toMatch(/content policy was broken: style-src/)
  await (await context.newPage()).goto('http://127.0.0.1:9/').catch(() => null)
  await watched.end()
  for (const words of [/console says info: a word/, /nobody caught: a mistake/, /request to http:\/\/127\.0\.0\.1:9\//, /a secret is kept in the browser by \/$/]) {
    expect(watched.seen).toContainEqual(expect.stringMatching(words))
  }
  watched.seen.length = 0
})
