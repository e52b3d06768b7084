// Logs of an object as one reads them in trouble: of several pods, of some of them, lines with and without a word, of the run
// before, wrapped, with times, and as a file. Everything chosen stands in the URL.
import { readFileSync } from 'node:fs'
import { expect, testIn } from '../fixtures'
import { namespace } from '../plane'

const LONG = `long ${'and on '.repeat(60)}until here`
const LINES = ['starts up', 'error: no space left', 'error: retried', LONG]

const test = testIn(() => {
  const space = namespace('console-logs')
  space.deploy('talker', 2, { 'kubechat.dev/logs': LINES.join('\n') })
  space.apply({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'faller', annotations: { 'kubechat.dev/fault': 'crash-loop', 'kubechat.dev/logs': 'this run', 'kubechat.dev/previous-logs': 'the last words of the run before' } },
    spec: { containers: [{ name: 'main', image: 'main:1' }] },
  })
  space.kubectl('wait', '--for=jsonpath={.status.containerStatuses[0].lastState.terminated.reason}', 'pod/faller', '--timeout=60s')
  return space
})

test('logs of several pods, filtered, wrapped and taken away as a file', async ({ as, world: { space } }) => {
  const page = await as('editor', `/r/deployments.apps/demo/${space.name}/talker?tab=logs`)
  const log = page.getByRole('log')
  const logs = page.getByRole('region', { name: 'Logs' })
  const count = (lines: number) => expect(logs.getByText(new RegExp(`^${lines} lines?$`))).toBeVisible()
  await count(2 * LINES.length)
  await expect(log.getByText('starts up')).toHaveCount(2)

  await logs.getByRole('button', { name: 'Pods' }).click()
  await page.getByRole('checkbox').first().uncheck()
  await page.keyboard.press('Escape')
  await count(LINES.length)
  await expect(page).toHaveURL(/pods=talker-/)

  await logs.getByRole('textbox', { name: 'Lines with', exact: true }).fill('error')
  await count(2)
  await logs.getByRole('textbox', { name: 'Lines without' }).fill('retried')
  await count(1)
  await expect(log).toContainText('no space left')
  await expect(page).toHaveURL(/include=error/)
  await expect(page).toHaveURL(/exclude=retried/)
  await page.reload()
  await count(1)

  await logs.getByRole('textbox', { name: 'Lines with', exact: true }).fill('until here')
  await expect(log).toContainText('until here')
  const beyond = () => log.evaluate((own) => own.scrollWidth - own.clientWidth)
  await expect.poll(beyond, 'a long line goes on beyond the edge').toBeGreaterThan(0)
  await logs.getByRole('button', { name: 'Wrap' }).click()
  await expect.poll(beyond, 'and is broken there').toBe(0)
  await logs.getByRole('button', { name: 'Timestamps' }).click()
  await expect(log.locator('time')).toHaveCount(1)

  const file = page.waitForEvent('download')
  await logs.getByRole('button', { name: 'Download' }).click()
  const taken = await file
  expect(taken.suggestedFilename()).toMatch(/^talker-.*\.log$/)
  expect(readFileSync(await taken.path(), 'utf8'), 'what is shown, with its time').toMatch(new RegExp(`^\\S+Z ${LONG}\\n$`))
})

test('the log of the run before', async ({ as, world: { space } }) => {
  const page = await as('editor', `/r/pods/demo/${space.name}/faller?tab=logs`)
  const logs = page.getByRole('region', { name: 'Logs' })
  await expect(logs.getByText(/^nothing runs:/), 'what has died is not live').toBeVisible()
  // A container that waits shows its last run in any case, so what is asked for counts.
  const asked = page.waitForRequest((request) => new URL(request.url()).searchParams.get('previous') === 'true')
  await logs.getByRole('button', { name: 'Previous run' }).click()
  await asked
  await expect(page.getByRole('log')).toContainText('the last words of the run before')
  await expect(page).toHaveURL(/previous=true/)
  await expect(logs.getByRole('button', { name: 'Follow' }), 'what is over is not followed').toHaveCount(0)
})
