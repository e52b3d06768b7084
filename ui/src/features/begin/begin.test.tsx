import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { takeWords, type Words } from '@/shell/prompt-words'
import { readScopeSearch } from '@/shell/scope'
import { renderInConsole } from '@/testing/render'
import { BeginPlan, BeginQuestion } from './begin'

afterEach(cleanup)

/** The words that a press puts into the prompt. */
async function put(name: string, at: string): Promise<Words[]> {
  const words: Words[] = []
  const leave = takeWords((each) => words.push(each))
  const root = createRootRoute({ component: () => <><BeginQuestion /><BeginPlan /></>, validateSearch: readScopeSearch })
  renderInConsole(<RouterProvider router={createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: [at] }) }) as never} />)
  fireEvent.click(await screen.findByRole('button', { name }))
  leave()
  return words
}

test('a question to begin with fits the scope and waits in the prompt', async () => {
  expect(await put('Ask what is broken', '/')).toEqual([{ text: 'what is broken?', how: 'replace' }])
  cleanup()
  expect(await put('Ask what is broken', '/?n=shop')).toEqual([{ text: 'what is broken in shop?', how: 'replace' }])
})

test('a change begins without its object, which the person says', async () => {
  expect(await put('Begin a change', '/')).toEqual([{ text: 'scale ', how: 'replace' }])
})
