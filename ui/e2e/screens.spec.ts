// Pictures of every page and main state for docs/screens, on the demo's shop: `KUBECHAT_SCREENS=FOLDER npm run screens`.
// They are looked at by people and prove nothing.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, testIn } from './fixtures'
import { overtaken, testCartAndWeb } from './journeys/overtaken'
import { card, run, say } from './journeys/say'
import { MODELS, SECRETS } from './models'
import { existing, named, namespace, unreachable } from './plane'
import { choose } from './theme'
import { front } from './visit'

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

const test = testIn(() => existing('shop'))
test.use({ allowed: [/status of [45]0[0-9]|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/] })

/** A page at both sizes in both themes. */
async function taken(page: Page, name: string, isBusy = false): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    for (const theme of ['dark', 'light'] as const) {
      await choose(page, theme)
      if (!isBusy) await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
      await page.screenshot({ path: join(named('KUBECHAT_SCREENS'), `${name}-${size}-${theme}.png`), animations: 'disabled' })
    }
  }
  await page.setViewportSize(SIZES.desktop)
}

test('pictures', async ({ as, browser, world }) => {
  test.setTimeout(300_000)
  const nobody = await (await browser.newContext({ baseURL: world.host.url })).newPage()
  await nobody.goto('/')
  await expect(nobody.getByRole('main')).toContainText('kubechat login')
  await taken(nobody, 'login')

  const page = await as('editor')
  await expect(page.getByText('shop/checkout').first()).toBeVisible()
  await taken(page, 'home')
  const bar = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await bar.fill('scale web to 5')
  await expect(page.getByText('Enter makes the plan').first()).toBeVisible()
  await taken(page, 'preview')
  await bar.fill('')
  await page.keyboard.press('Escape')
  const broken = await say(page, 'what is broken?')
  await expect(broken.getByText('shop/checkout').first()).toBeVisible()
  await taken(page, 'chat-findings')
  const turn = await say(page, 'scale web to 5')
  await expect(card(turn).getByText('Ready to run')).toBeVisible()
  await taken(page, 'chat-plan')
  await page.locator('header').getByRole('button', { name: /: what to do$/ }).click()
  await page.getByRole('button', { name: 'Share by link' }).click()
  await page.getByRole('switch', { name: 'Others may read it' }).click()
  await expect(page.getByRole('dialog').getByText('/chat/')).toBeVisible()
  await taken(page, 'chat-share')
  await page.keyboard.press('Escape')
  const reader = await as('second', new URL(page.url()).pathname)
  await expect(reader.getByText('Shared by editor, read only.', { exact: false })).toBeVisible()
  await taken(reader, 'chat-shared')
  const plan = await card(turn).getByRole('link', { name: 'Open' }).getAttribute('href')
  await page.goto(plan ?? '')
  await expect(page.getByText('Ready to run').first()).toBeVisible()
  await taken(page, 'plan-ready')
  await run(page.getByRole('main'))
  await taken(page, 'plan-done')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText('Ready to run').first()).toBeVisible()
  await run(page.getByRole('main'))
  for (const [name, path] of [
    ['plans', '/plans'],
    ['kinds', '/r?c=demo&n=shop'],
    ['pods', '/r/pods?c=demo&n=shop'],
    ['object', '/r/deployments.apps/demo/shop/checkout'],
    ['clusters', '/clusters'],
    ['models-none', '/models'],
    ['egress', '/egress'],
    ['settings', '/settings'],
    ['help', '/help'],
    ['nowhere', '/nowhere'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await taken(page, name)
  }
  for (const tab of ['changes', 'yaml', 'events', 'logs', 'related', 'history'] as const) {
    await page.goto(`/r/deployments.apps/demo/shop/checkout?tab=${tab}`)
    await expect(page.getByRole('tabpanel')).toBeVisible()
    await taken(page, `object-${tab}`)
  }
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await taken(page, 'keys')
  await page.keyboard.press('Escape')
  await page.goto('/r/deployments.apps/demo/shop/web?tab=yaml')
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await expect(page.getByRole('textbox', { name: 'YAML' })).toBeFocused()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('oops')
  await expect(page.getByText('This does not read as YAML.')).toBeVisible()
  await taken(page, 'editor')
  const viewer = await as('viewer', '/r/secrets?c=demo&n=shop')
  await expect(viewer.getByRole('main')).toContainText('kubectl auth can-i')
  await taken(viewer, 'forbidden')
})

/** Somebody new: nothing was said or planned yet. Then the same pages while they are read, and where reading fails. */
const fresh = testIn(() => namespace('pictures-fresh'))

fresh('pictures of a first run', async ({ as, world }) => {
  fresh.setTimeout(300_000)
  const page = await as('editor')
  await expect(page.getByRole('region', { name: 'First steps' })).toBeVisible()
  await taken(page, 'first-run')
  for (const [name, path, word] of [
    ['empty-chat', '/chat', /No conversations yet/],
    ['empty-plans', '/plans', /No plans yet/],
    ['empty-list', `/r/deployments.apps?c=demo&n=${world.space.name}`, /There are none/],
  ] as const) {
    await page.goto(path)
    await expect(page.getByRole('main')).toContainText(word)
    await taken(page, name)
  }
  await page.route(/\/api\/v1\/(plans|inbox|findings)/, () => new Promise(() => undefined))
  await page.goto('/plans')
  await expect(page.locator('main [aria-busy=true]').first()).toBeVisible()
  await taken(page, 'loading', true)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  const body = { type: 'about:blank', title: 'fault', status: 500, code: 'fault', detail: 'the database could not be read', hint: 'look at the log of the host', retryable: false, trace_id: '8f0c2d4a1b3e5f60' }
  await page.route(/\/api\/v1\/plans/, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(body) }))
  await page.goto('/plans')
  await expect(page.getByRole('main').getByRole('button', { name: 'Try again' }).first()).toBeVisible()
  await taken(page, 'failed')
})

/** Models that answer, that have no way out, and a way that nothing listens on. */
const modelled = testIn(() => existing('shop'), () => ({ lines: MODELS }))

modelled('pictures of models', async ({ as }) => {
  modelled.setTimeout(300_000)
  const page = await as('editor', '/models')
  await page.getByRole('button', { name: 'Test provider-scripted' }).last().click()
  await expect(page.getByText('It says')).toBeVisible()
  await taken(page, 'models')
  await page.goto('/egress')
  await page.getByRole('button', { name: 'Test openai' }).click()
  await expect(page.getByRole('main').getByText('Testing')).toHaveCount(0)
  await page.getByRole('textbox', { name: 'A text, a log or YAML' }).fill(SECRETS)
  await page.getByRole('button', { name: 'Show what is masked' }).click()
  await expect(page.getByRole('main').locator('mark').first()).toBeVisible()
  await taken(page, 'egress-masked')
})

/** What goes wrong: a cluster that answers nobody, a plan that policy denies, a line that is lost. */
const troubled = testIn(() => existing('shop'), (space) => ({
  clusters: [
    { name: 'far', kubeconfig: unreachable(space.kubeconfig('editor')) },
    { name: 'production', kubeconfig: space.kubeconfig('editor'), mode: 'guarded' },
  ],
}))

troubled('pictures of trouble', async ({ as }) => {
  troubled.setTimeout(300_000)
  const page = await as('editor')
  await page.goto('/r/deployments.apps?n=shop&c=demo,far')
  await expect(page.getByRole('list', { name: 'What could not be read' })).toBeVisible()
  await taken(page, 'partial')
  await page.goto('/clusters')
  await expect(page.getByText('nothing listens at').first()).toBeVisible()
  await taken(page, 'cluster-lost')
  const turn = await say(page, 'set image of web to registry.example/web:latest on production')
  await expect(card(turn).getByText('Policy does not let this run').first()).toBeVisible()
  await taken(page, 'denied')
  await page.goto('/plans')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.context().setOffline(true)
  await front(page, false)
  await front(page, true)
  await expect(page.getByText('What is shown may be old').first()).toBeVisible({ timeout: 10_000 })
  await taken(page, 'stale')
})

/** Two people: what needs a second one, as either sees it, and what asks for a second look. */
const together = testIn(() => {
  const space = namespace('pictures-together', { environment: 'production' })
  space.deploy('web', 3)
  return space
}, (space) => ({ clusters: [{ name: 'production', kubeconfig: space.kubeconfig('editor'), mode: 'guarded' }] }))

together('pictures of two people', async ({ as }) => {
  together.setTimeout(300_000)
  const page = await as('editor')
  const bar = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await bar.fill('restart web on production')
  await expect(page.getByText('Enter makes the plan').first()).toBeVisible()
  await taken(page, 'preview-production')
  await bar.fill('')
  await page.keyboard.press('Escape')
  const held = card(await say(page, 'scale web to 0 on demo'))
  await expect(held.getByText(/^Waits for others/)).toBeVisible()
  const path = await held.getByRole('link', { name: 'Open' }).getAttribute('href') ?? ''
  await page.goto(path)
  await expect(page.getByRole('main').getByText(/^Waits for others/)).toBeVisible()
  await taken(page, 'plan-waits')
  const theirs = await as('second', path)
  await expect(theirs.getByRole('button', { name: 'Approve', exact: true })).toBeVisible()
  await taken(theirs, 'plan-approver')
  const final = card(await say(page, 'restart web on production'))
  await final.getByRole('button', { name: 'Run', exact: true }).click()
  const second = page.getByRole('dialog', { name: 'Run this?' })
  await expect(second).toBeVisible()
  await taken(page, 'plan-second-look')
  await second.getByRole('button', { name: 'Run it' }).click()
  await expect(final.getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 45_000 })
  await expect(final.getByText(/^Cannot be undone, because/)).toBeVisible()
  await taken(page, 'plan-no-undo')
})

const watched = testCartAndWeb('pictures-overtaken')

watched('pictures of a run', async ({ as, world: { space }, line }) => {
  watched.setTimeout(300_000)
  const page = await as('editor')
  await overtaken(page, space, line)
  await taken(page, 'plan-running', true)
  line.mend()
  const main = page.getByRole('main')
  await expect(main.getByText('Partly failed: 1 of 2 steps')).toBeVisible({ timeout: 60_000 })
  await taken(page, 'plan-partly-failed')
  const old = card(await say(page, 'scale cart to 4'))
  await expect(old.getByText('Ready to run')).toBeVisible()
  space.kubectl('scale', 'deployment/cart', '--replicas=3')
  await old.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(old.getByText(/^Stale: the cluster changed/)).toBeVisible()
  await taken(page, 'plan-stale')
})
