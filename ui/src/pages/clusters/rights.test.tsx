import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderInConsole } from '@/testing/render'
import { Rights } from './rights'

interface Review { verb: string; resource: string; namespace?: string }

/** Answers each question by this rule; what was asked is kept. */
function answering(may: (review: Review) => boolean): Review[] {
  const asked: Review[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const { reviews } = (await new Request(input, init).json()) as { reviews: Review[] }
    asked.push(...reviews)
    return Response.json({ items: reviews.map((review) => ({ ...review, allowed: may(review), reason: '' })) })
  })
  return asked
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const said = (name: string) => screen.getByText(name).closest('li')?.textContent

test('each right is what the server said of it, for the namespace or for everywhere', async () => {
  const asked = answering(({ namespace }) => namespace !== undefined)
  renderInConsole(<Rights cluster="demo" namespace="shop" />)
  expect(await screen.findAllByText('You may not:')).toHaveLength(2)
  expect(['see pods', 'read secrets', 'see pods everywhere', 'change nodes'].map(said)).toEqual(['see pods', 'read secrets', 'You may not:see pods everywhere', 'You may not:change nodes'])
  expect(asked.filter(({ namespace }) => namespace === 'shop')).toHaveLength(5)
  expect(asked).toContainEqual({ verb: 'list', resource: 'pods' })
})

test('nothing is claimed before the server answered, or where it could not be asked', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ type: 'about:blank', title: '', status: 503, code: 'cluster-unreachable', detail: '' }, { status: 503 })))
  renderInConsole(<Rights cluster="demo" namespace="shop" />)
  expect(screen.queryByText('You may not:')).toBeNull()
  expect(await screen.findByText('What you may do here could not be asked.')).toBeTruthy()
})
