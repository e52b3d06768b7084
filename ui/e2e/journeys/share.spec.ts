// A conversation by link: closed to everybody else until its owner shares it, then read only for whoever may read what it read, with
// the missing permission named for whoever may not, and gone again once that is taken back.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { say } from './say'

test.use({ allowed: [/the server responded with a status of 40[34]/] })

const path = (page: Page): string => new URL(page.url()).pathname

async function share(page: Page, on: boolean): Promise<void> {
  await page.locator('header').getByRole('button', { name: /: what to do$/ }).click()
  await page.getByRole('button', { name: 'Share by link' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share by link' })
  const others = dialog.getByRole('switch', { name: 'Others may read it' })
  await others.click()
  await expect(others).toBeChecked({ checked: on })
  await expect(dialog.getByText(path(page))).toHaveCount(on ? 1 : 0)
  await dialog.getByRole('button', { name: 'Done' }).click()
}

test('a conversation is shared by link', async ({ as, world }) => {
  const mine = await as('editor')
  const turn = await say(mine, 'list deployments')
  await expect(turn.getByText('web').first()).toBeVisible()
  const link = path(mine)
  const theirs = await as('viewer', link)
  await expect(theirs.getByText(/You have no thread/)).toBeVisible()

  await share(mine, true)
  await expect(mine.getByText('Shared', { exact: true })).toBeVisible()
  await theirs.reload()
  const seen = theirs.getByRole('article', { name: 'list deployments', exact: true })
  await expect(seen.getByText('web').first()).toBeVisible()
  await expect(theirs.getByText('Shared by editor, read only.', { exact: false })).toBeVisible()
  await expect(seen.getByRole('button', { name: 'Edit and send again' })).toHaveCount(0)
  await expect(theirs.locator('header').getByRole('button', { name: /: what to do$/ })).toHaveCount(0)

  // What they say begins one of their own.
  await say(theirs, 'list pods')
  expect(path(theirs)).not.toBe(link)

  // What is read later counts as well: a viewer may not list secrets.
  await say(mine, 'list secrets')
  await expect(mine.getByRole('article', { name: 'list secrets', exact: true }).getByText('Working')).toHaveCount(0)
  await theirs.goto(link)
  await expect(theirs.getByText('You lack a permission')).toBeVisible()
  await expect(theirs.getByText(`kubectl auth can-i list secrets -n ${world.space.name}`)).toBeVisible()
  await expect(theirs.getByText('list deployments')).toHaveCount(0)
  const second = await as('second', link)
  await expect(second.getByRole('article', { name: 'list secrets', exact: true })).toBeVisible()

  await share(mine, false)
  await second.reload()
  await expect(second.getByText(/You have no thread/)).toBeVisible()
})
