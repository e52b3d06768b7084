// What opens on a page, opened: the keys, the prompt's suggestions, the scope, and whatever the page's own buttons say they
// open (`popovertarget`, `aria-haspopup`), with what opens from there. Nothing for axe to find in any theme, and Escape closes
// each. The header's own are the same on every page but for the scope, so those are opened once. The page with nothing open is
// looked at by pages.spec.ts as wide, and here on a phone.
import type { Locator, Page } from '@playwright/test'
import { clean } from './axe'
import { expect, test } from './fixtures'
import { PATTERNS } from './routes'
import { said } from './said'
import { PHONE, WIDE, visit } from './visit'

const OPENER = ':is([popovertarget], [aria-haspopup=dialog]):visible'

const panel = (page: Page): Locator => page.locator('dialog[open], [popover]:popover-open').last()

const nameOf = (button: Locator): Promise<string> =>
  button.evaluate((own) => own.getAttribute('aria-label') ?? own.textContent ?? '')

/** Opens it, looks, goes into what opens from there, and closes it. `seen` holds what was opened, by name. */
async function look(page: Page, opener: () => Locator, what: string, seen: Set<string>): Promise<void> {
  const name = await nameOf(opener())
  seen.add(name)
  await opener().click()
  await expect(panel(page), `${what}: ${name}`).toBeVisible()
  const [title] = await panel(page).locator('h2').allTextContents()
  if (title !== undefined) seen.add(title)
  const leavesThePage = (await panel(page).getAttribute('popover')) !== null
  await clean(page, `${what}: ${name}`, leavesThePage ? ':popover-open' : undefined)
  const further = await panel(page).locator(OPENER).count()
  for (let at = 0; at < further; at++) {
    if (!(await panel(page).isVisible())) await opener().click()
    const inner = panel(page).locator(OPENER).nth(at)
    if (!seen.has(await nameOf(inner))) await look(page, () => inner, `${what}: ${name}`, seen)
  }
  await page.keyboard.press('Escape')
  await expect(page.locator('dialog[open], [popover]:popover-open')).toHaveCount(0)
}

async function lookAtAll(page: Page, within: Locator, what: string, seen: Set<string>): Promise<void> {
  for (let at = 0; at < (await within.locator(OPENER).count()); at++) {
    const opener = within.locator(OPENER).nth(at)
    if (!seen.has(await nameOf(opener))) await look(page, () => opener, what, seen)
  }
}

async function lookAtShell(page: Page, what: string, seen: Set<string>): Promise<void> {
  // A page may begin in a field, where keys are words.
  await page.getByRole('main').focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  seen.add('Keys')
  await clean(page, `${what}: keys`)
  await page.keyboard.press('Escape')
  const prompt = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await prompt.fill('sc')
  await expect(page.getByRole('option').first()).toBeVisible()
  await clean(page, `${what}: suggestions`, '[role=search]')
  await prompt.fill('')
  await page.keyboard.press('Escape')
  await prompt.blur()
  await look(page, () => page.getByRole('banner').getByRole('button', { name: /^Scope/ }), what, seen)
}

test('whatever opens, on every page', async ({ as, world }) => {
  test.setTimeout(PATTERNS.length * 60_000)
  const page = await as('editor')
  const namespace = world.space.name
  // Data that would be lost asks for a second look before it runs.
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  world.space.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec })
  const names = { ...(await said(page, 'delete pvc data')), gvr: 'deployments.apps', cluster: 'demo', namespace, name: 'web' }
  const everywhere = new Set<string>()
  for (const pattern of PATTERNS) {
    await test.step(pattern, async () => {
      await page.setViewportSize(WIDE)
      await visit(page, pattern, names, pattern === '/r/$gvr' ? { sel: `demo/${namespace}/web` } : {})
      const seen = new Set<string>()
      await lookAtShell(page, pattern, seen)
      await lookAtAll(page, page.getByRole('banner'), pattern, everywhere)
      await lookAtAll(page, page.getByRole('main'), pattern, seen)
      for (const tab of await page.getByRole('main').getByRole('tab').all()) {
        await tab.click()
        await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
        await clean(page, `${pattern}, ${await tab.textContent()}`)
        await lookAtAll(page, page.getByRole('main'), pattern, seen)
      }
      const unseen = (await page.locator('dialog h2').allTextContents()).filter((title) => !seen.has(title))
      expect(unseen, `${pattern}: a dialog that no button says it opens`).toEqual([])
      await page.setViewportSize(PHONE)
      await clean(page, `${pattern} on a phone`)
      await lookAtAll(page, page.locator('body'), `${pattern} on a phone`, new Set([...seen, ...everywhere]))
    })
  }
})

test('on a phone, what a conversation is about is a sheet above it', async ({ as, world }) => {
  const page = await as('editor')
  const names = await said(page, world.space.name)
  await page.setViewportSize(PHONE)
  await visit(page, '/chat/$id', names)
  await page.getByRole('button', { name: 'What else this touches' }).click()
  await expect(page.getByRole('dialog', { name: 'What this is about' })).toBeVisible()
  await clean(page, 'the sheet')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
