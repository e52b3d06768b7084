// Edit YAML: of an object that was made by `kubectl apply`, only what was edited is sent; and when the cluster changed the same
// field meanwhile, or another field manager applies it, it is said and nothing is lost.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { clean } from '../axe'
import { expect, test } from '../fixtures'
import { run } from './say'

const LABELS = { app: 'edited' }

const deployment = (image: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'edited', labels: LABELS, annotations: { note: 'first' } },
  spec: { replicas: 1, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'app', image }] } } },
})

/** The editor of the Deployment, with the cursor in it. */
async function editing(page: Page, namespace: string): Promise<Locator> {
  await page.goto(`/r/deployments.apps/demo/${namespace}/edited?tab=yaml`)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const editor = page.getByRole('textbox', { name: 'YAML' })
  await expect(editor).toBeFocused()
  return editor
}

/** Types in place of the first text like this, found with the editor's own search. */
async function retype(page: Page, from: string, to: string): Promise<void> {
  await page.keyboard.press('Control+f')
  await expect(page.getByRole('textbox', { name: 'Find' })).toBeFocused()
  await page.keyboard.type(from)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.type(to)
}

test('the editor looks and works as a part of the page', async ({ as, world }) => {
  world.space.apply(deployment('registry.example/app:1'))
  const page = await as('editor')
  const editor = await editing(page, world.space.name)
  await retype(page, 'image: registry.example/app:1', 'image: registry.example/app:2')
  await page.keyboard.press('Enter')
  await page.keyboard.type('oops')
  await expect(page.getByText('This does not read as YAML.')).toBeVisible()
  await page.getByRole('button', { name: 'Changes' }).click()
  await expect(page.getByText('lines unchanged').first()).toBeVisible()
  await editor.focus()
  await page.keyboard.press('Control+f')
  await clean(page, 'the editor')
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editor, 'Tab leaves').not.toBeFocused()
  await page.getByRole('checkbox', { name: 'Tab indents' }).check()
  await editor.focus()
  await page.keyboard.press('Tab')
  await expect(editor, 'Tab indents').toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editor, 'Escape and Tab leave').not.toBeFocused()
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('dialog', { name: 'Leave your edits?' }).getByRole('button', { name: 'Keep editing' }).click()
  await expect(editor).toContainText('registry.example/app:2')
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('dialog', { name: 'Leave your edits?' }).getByRole('button', { name: 'Leave them' }).click()
  await expect(editor).toHaveCount(0)
})

test('an image and an annotation are edited, checked, run and taken back', async ({ as, world }) => {
  const { space } = world
  const told = () => space.kubectl('get', 'deployment', 'edited', '-o', 'jsonpath={.spec.template.spec.containers[0].image} {.metadata.annotations.note}')
  space.apply(deployment('registry.example/app:1'))
  const page = await as('editor')
  const editor = await editing(page, space.name)
  await retype(page, 'image: registry.example/app:1', 'image: registry.example/app:2')
  await retype(page, 'note: first', 'note: second')
  await page.getByRole('button', { name: 'Changes' }).click()
  await expect(editor).toContainText('note: second')
  await editor.focus()
  await page.keyboard.press('Control+Enter')
  await expect(page).toHaveURL(/\/plans\/p-/)
  const plan = page.getByRole('main')
  const changed = plan.getByRole('group', { name: /change/i }).first()
  await expect(changed, 'exactly what was edited').toHaveText([
    '-metadata.annotations.note: first', '+metadata.annotations.note: second',
    '-spec.template.spec.containers[name=app].image: registry.example/app:1', '+spec.template.spec.containers[name=app].image: registry.example/app:2',
  ].join(''))
  expect(told(), 'nothing happens by itself').toBe('registry.example/app:1 first')
  await run(plan)
  expect(told()).toBe('registry.example/app:2 second')
  await plan.getByRole('button', { name: 'Undo', exact: true }).click()
  await run(page.getByRole('main'))
  expect(told()).toBe('registry.example/app:1 first')
})

test('a field that another manager applies is told with its manager before the plan, and can be left to it', async ({ as, world }) => {
  const { space } = world
  const note = () => space.kubectl('get', 'deployment', 'edited', '-o', 'jsonpath={.metadata.annotations.note}')
  const file = join(mkdtempSync(join(tmpdir(), 'kubechat-e2e-')), 'edited.json')
  writeFileSync(file, JSON.stringify(deployment('registry.example/app:1')))
  space.kubectl('delete', 'deployment', 'edited', '--ignore-not-found')
  space.kubectl('apply', '--server-side', '--field-manager=argocd-controller', '-f', file)
  const page = await as('editor')
  const editor = await editing(page, space.name)
  await retype(page, 'note: first', 'note: mine')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  const held = page.getByRole('alert')
  await expect(held).toContainText('metadata.annotations.note is held by argocd-controller')
  await clean(page, 'what another manager holds')
  await held.getByRole('button', { name: 'Leave it as it was' }).click()
  await expect(editor).toContainText('note: first')
  await expect(page.getByRole('button', { name: 'Check', exact: true }), 'nothing is changed any more').toBeDisabled()
  await retype(page, 'note: first', 'note: mine')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await held.getByRole('button', { name: 'Go on to the plan' }).click()
  await expect(page).toHaveURL(/\/plans\/p-/)
  expect(note(), 'nothing happens by itself').toBe('first')
  await run(page.getByRole('main'))
  expect(note()).toBe('mine')
})

test.describe('when the cluster changes the same field meanwhile', () => {
  // The browser itself notes every answer that is no success.
  test.use({ allowed: [/the server responded with a status of 409/] })

  test('it is said, and nothing is lost', async ({ as, world }) => {
    const { space } = world
    space.apply(deployment('registry.example/app:1'))
    const page = await as('editor')
    const editor = await editing(page, space.name)
    await retype(page, 'note: first', 'note: mine')
    space.kubectl('annotate', 'deployment/edited', 'note=theirs', '--overwrite')
    await expect(page.getByText('The object changed while you edited.')).toBeVisible()
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText('metadata.annotations.note was "first" when it was shown and is "theirs" now')
    await expect(editor).toContainText('mine')
    await page.getByText('Your text is untouched.').locator('..').getByRole('button').click()
    await expect(page.getByText('One place was changed by you and in the cluster')).toBeVisible()
    await expect(editor).toContainText('theirs')
    await expect(editor).toContainText('mine')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(page).toHaveURL(/\/plans\/p-/)
    await expect(page.getByRole('main')).toContainText('mine')
  })
})
