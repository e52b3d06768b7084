import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { DEPENDANTS_MAX } from './dependants'
import { EventsTab, LatestEvents } from './events'
import { AT, hostAnswers, podRef, relatedTo, renderAtObject } from './testing'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const event = (minute: number, reason: string, level = 'Normal') => ({ age: '1m', at: `2026-03-01T21:0${minute}:00.000Z`, count: 1, level, message: `${reason} happened`, object: '', reason })
const events = (...rows: object[]) => ({ answer: 'events', omitted: 0, rows })
const own = 'GET /objects/demo/deployments.apps/shop/web/events'
const of = (pod: string) => `GET /objects/demo/pods/shop/${pod}/events`
const related = 'GET /objects/demo/deployments.apps/shop/web/related'
const pods = (...names: string[]) => names.map((name) => ({ kind: 'Pod', object: podRef(name), state: 'CrashLoopBackOff' }))
const rows = () => screen.getAllByRole('listitem').map((row) => row.textContent ?? '')

test('events of the pods of a Deployment stand with its own, the newest first, and each says whose it is', async () => {
  hostAnswers({ [own]: events(event(1, 'Scaled'), event(4, 'Paused')), [related]: relatedTo(pods('web-1')), [of('web-1')]: events(event(2, 'Pulled'), event(3, 'BackOff', 'Warning')) })
  renderAtObject(() => <EventsTab at={AT} />)
  expect(await screen.findByText('BackOff')).toBeTruthy()
  expect(rows().map((row) => /Scaled|Paused|Pulled|BackOff/.exec(row)?.[0])).toEqual(['Paused', 'BackOff', 'Pulled', 'Scaled'])
  const row = screen.getByText('BackOff').closest('li')
  expect(within(row as HTMLElement).getByText('warning')).toBeTruthy()
  expect(within(row as HTMLElement).getByRole('link', { name: 'Pod web-1' }).getAttribute('href')).toBe('/r/pods/demo/shop/web-1')
})

test('warnings can be looked at alone', async () => {
  hostAnswers({ [own]: events(event(1, 'Scaled')), [related]: relatedTo(pods('web-1')), [of('web-1')]: events(event(3, 'BackOff', 'Warning')) })
  renderAtObject(() => <EventsTab at={AT} />)
  const alone = await screen.findByRole('button', { name: 'Warnings only' })
  fireEvent.click(alone)
  expect(alone.getAttribute('aria-pressed')).toBe('true')
  expect(rows()).toHaveLength(1)
})

test('of many pods as many are asked as the limit says, and it is said', async () => {
  const names = Array.from({ length: DEPENDANTS_MAX + 2 }, (_, index) => `web-${index}`)
  const sent = hostAnswers({ [own]: events(event(1, 'Scaled')), [related]: relatedTo(pods(...names), 30) })
  renderAtObject(() => <EventsTab at={AT} />)
  expect(await screen.findByText(`Of 30 objects that belong to it, ${DEPENDANTS_MAX} were asked for their events: those in trouble first.`)).toBeTruthy()
  expect(sent.filter(({ path }) => path.startsWith('GET /objects/demo/pods/'))).toHaveLength(DEPENDANTS_MAX)
})

test('a pod that can\'t be asked is named, and the others\' events are there', async () => {
  const refused = Response.json({ code: 'cluster-forbidden', title: 'no', detail: 'you may not list events', hint: '', retryable: false }, { status: 403 })
  hostAnswers({ [own]: events(event(1, 'Scaled')), [related]: relatedTo(pods('web-1')), [of('web-1')]: refused })
  renderAtObject(() => <EventsTab at={AT} />)
  expect(await screen.findByText('Scaled')).toBeTruthy()
  expect(screen.getByText(/Pod shop\/web-1/)).toBeTruthy()
})

test('a kind that nothing hangs on is asked for its own events alone', async () => {
  const sent = hostAnswers({ 'GET /objects/demo/pods/shop/web-1/events': events(event(1, 'Pulled')) })
  renderAtObject(() => <EventsTab at={{ ...AT, gvr: 'pods', name: 'web-1' }} />)
  expect(await screen.findByText('Pulled')).toBeTruthy()
  expect(sent.map(({ path }) => path).filter((path) => path.includes('/objects/'))).toEqual(['GET /objects/demo/pods/shop/web-1/events'])
})

test('an overview ends with the latest few, and leads to all of them', async () => {
  hostAnswers({ 'GET /objects/demo/pods/shop/web-1/events': events(...Array.from({ length: 9 }, (_, index) => event(index, `Told${index}`))) })
  renderAtObject(() => <LatestEvents at={{ ...AT, gvr: 'pods', name: 'web-1' }} />)
  await waitFor(() => expect(screen.getByText('Told8')).toBeTruthy())
  expect(screen.queryByText('Told0')).toBeNull()
  expect(screen.getByRole('link', { name: 'All events' }).getAttribute('href')).toContain('tab=events')
})
