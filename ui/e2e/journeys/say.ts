// What people do again and again in the journeys.
import type { Locator, Page } from '@playwright/test'
import { expect } from '../fixtures'

/** Says a sentence in the bar, wherever it stands, and waits for the conversation it leads to. */
export async function say(page: Page, sentence: string): Promise<Locator> {
  const bar = page.getByRole('combobox', { name: 'Ask, or say what to change' })
  await bar.fill(sentence)
  await bar.press('Enter')
  await expect(page).toHaveURL(/\/chat\/t-/)
  const turn = page.getByRole('region', { name: 'Transcript' }).getByRole('article', { name: sentence, exact: true }).last()
  await expect(turn).toBeVisible()
  return turn
}

/** A plan's card inside an answer. */
export const card = (turn: Locator): Locator => turn.getByRole('article').first()

/** Runs a plan that is shown, with the second look where there is one, and waits until it says so. */
export async function run(plan: Locator): Promise<void> {
  await plan.getByRole('button', { name: 'Run', exact: true }).click()
  const second = plan.page().getByRole('dialog', { name: 'Run this?' })
  const done = plan.getByText('Done', { exact: true }).first()
  await expect(second.or(done).first()).toBeVisible()
  if (await second.isVisible()) await second.getByRole('button', { name: 'Run it' }).click()
  await expect(done).toBeVisible({ timeout: 45_000 })
}

/** Takes a plan that ran back: the undo is a plan of its own, shown below it, and is run as well. */
export async function undo(turn: Locator): Promise<void> {
  await card(turn).getByRole('button', { name: 'Undo', exact: true }).click()
  const back = turn.getByRole('article').nth(1)
  await expect(back.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await run(back)
  await expect(card(turn).getByText('Undone', { exact: true })).toBeVisible()
}
