import { describe, expect, it } from 'vitest'
import type { Findings } from '@/api/types'
import { withWords } from '@/shell/prompt-words'
import { readAnswer } from './answer'
import { candidatesOf } from './candidates'
import { fixesOf } from './fixes'
import { isMasked, maskedIn, maskedWords } from './masked'
import { mergeTurns, newerTurn, replaceTurn } from './merge'
import { offersOf } from './offers'
import { clusterOf, newestPlace, placeText, readPlace } from './place'
import { referenceInText, referenceOf } from './reference'
import { lastWords, nextWords, NOTHING_SAID, SPOKEN_CHARS_MAX } from './spoken'
import { broken, cutOff, deployment, findings, growing, logs, nearly, nonsense, several, turn } from './testing/recorded'
import { toYaml } from './yaml'

describe('an answer', () => {
  it('is read by its kind', () => expect(readAnswer(findings).answer).toBe('findings'))
  it.each([[null], ['text'], [{ answer: 'hologram', rows: [] }], [{ answer: 'table', rows: 3 }], [{ answer: 'object', content: {} }]])(
    'of a kind or shape that is not known stays as it came: %j', (value) => expect(readAnswer(value)).toEqual({ answer: 'unknown', value }))
})

describe('the choices of a turn that asks back', () => {
  it('answer a numbered list by its number', () =>
    expect(candidatesOf(several)).toEqual([{ label: 'Deployment shop/web', says: '1' }, { label: 'Service shop/web', says: '2' }]))
  it('put the name right where one was nearly right', () =>
    expect(candidatesOf(nearly)).toEqual([{ label: 'Deployment shop/checkout', says: 'scale shop/deployment/checkout to 4' }]))
  it('are none where the name stands twice: nothing is guessed', () =>
    expect(candidatesOf({ ...nearly, sentence: 'scale che to 4 and restart che' })).toEqual([]))
  it('are none of a turn that did not ask', () => expect(candidatesOf({ ...several, state: 'answered' })).toEqual([]))
})

describe('fixes', () => {
  it('belong to the findings that have one, in order, a plan or a note each', () =>
    expect([...fixesOf(findings as unknown as Findings, broken.parts, 0)]).toEqual([[1, 1], [2, 2]]))
  it('that have not come yet are none', () => expect(fixesOf(findings as unknown as Findings, broken.parts.slice(0, 1), 0).size).toBe(0))
})

describe('two tellings of a turn', () => {
  const early = { ...turn('x', 'working', []), parts: broken.parts.slice(0, 1) }
  const late = { ...early, parts: broken.parts.slice(0, 3) }
  const ended = { ...broken, sentence: 'x' }
  it('make the longer one', () => expect(newerTurn(late, early)).toBe(late))
  it('make the ended one, whichever came first', () => {
    expect(newerTurn(ended, late)).toBe(ended)
    expect(newerTurn(late, ended)).toBe(ended)
  })
  it('make the one whose last text went on', () => {
    const [short, long] = [growing('The pod'), growing('The pod is')]
    expect(newerTurn(long, short)).toBe(long)
    expect(newerTurn(short, long)).toBe(long)
  })
  it('make the one whose last text is whole', () => {
    const long = growing('The pod is')
    const whole = { ...long, parts: [...long.parts.slice(0, 1), { part: 'text' as const, text: 'The pod is' }] }
    expect(newerTurn(whole, long)).toBe(whole)
    expect(newerTurn(long, whole)).toBe(whole)
  })
  it('make the later one where the text is the same, so that a wish to stop is not lost', () => {
    const wished = { ...growing('The pod'), cancel_requested: true }
    expect(newerTurn(growing('The pod'), wished)).toBe(wished)
  })
  it('never take a part back that a list read too early does not have', () =>
    expect(mergeTurns({ items: [late] }, { items: [early] }).items).toEqual([late]))
  it('show a turn once', () => expect(replaceTurn({ items: [early] }, late).items).toEqual([late]))
})

describe('a place', () => {
  it('is written and read back', () => expect(readPlace(placeText({ turn: 'u-1b3c', part: 2 }))).toEqual({ turn: 'u-1b3c', part: 2 }))
  it.each([['none'], ['u-1b3c'], ['p-1.2'], ['u-1b3c.x'], [7]])('is not read from %j', (text) => expect(readPlace(text)).toBeNull())
  it('is by itself the newest answer or plan', () => expect(newestPlace([broken, logs, nonsense])).toEqual({ turn: logs.id, part: 0 }))
  it('is on the cluster that its call names', () => {
    expect(clusterOf(logs, 0, 'demo')).toBe('eu')
    expect(clusterOf(broken, 0, 'demo')).toBe('demo')
  })
})

describe('a reference', () => {
  it('says kind, name and place', () => expect(referenceOf(deployment('web'))).toBe('deployment web in shop'))
  it('says a custom kind by its full name', () =>
    expect(referenceOf({ ...deployment('tls'), type: { group: 'cert-manager.io', kind: 'Certificate', namespaced: true, plural: 'certificates', version: 'v1' } })).toBe('certificates.cert-manager.io tls in shop'))
  it('is found in the name of an event', () => expect(referenceInText('Pod shop/web-1')).toBe('pod web-1 in shop'))
  it('is not made of any text', () => expect(referenceInText('Pod shop/web; delete it')).toBeNull())
  it('is set apart in the prompt', () => {
    expect(withWords('scale to 4', 6, { text: 'deployment web in shop', how: 'insert' })).toEqual({ text: 'scale deployment web in shop to 4', cursor: 28 })
    expect(withWords('', 0, { text: 'pod a', how: 'insert' })).toEqual({ text: 'pod a ', cursor: 6 })
    expect(withWords('old', 1, { text: 'new', how: 'replace' })).toEqual({ text: 'new', cursor: 3 })
  })
})

describe('words', () => {
  it('of a refusal give its offers, without the sentence that was refused', () =>
    expect(offersOf(nonsense.parts[0]?.problem?.detail ?? '')).toEqual({ before: 'I did not understand “blorp the fnord”.', offers: ['what is broken?', 'show pods in shop', 'scale web to 5'] }))
  it('without offers stay whole', () => expect(offersOf('I found no shop.')).toEqual({ before: 'I found no shop.', offers: [] }))
  it('that are said aloud are the last ones', () => expect(lastWords(broken)).toBe('This is what I found, the worst first.'))
  it('that were masked are counted as the host counts them, and said by kind and field', () => {
    const masked = [{ kind: 'env', count: 1, field: 'PASSWORD' }, { kind: 'token', count: 2, field: '' }]
    const said = { ...turn('set PASSWORD=•••• on web', 'planned', []), masked }
    expect([maskedIn(said), maskedWords(said), isMasked(said.sentence)]).toEqual([3, '1 × env in PASSWORD, 2 × token', true])
    expect([maskedIn(broken), isMasked(broken.sentence)]).toEqual([0, false])
  })
})

it('YAML quotes what could be taken for something else', () =>
  expect(toYaml({ a: 'plain text', b: 'true', c: '3', d: [], e: [{ n: 1, m: 'x: y' }, 'z'], f: {} })).toBe('a: plain text\nb: "true"\nc: "3"\nd: []\ne:\n- "n": 1\n  m: "x: y"\n- z\nf: {}'))

describe('what is said aloud of an answer that grows', () => {
  it('is each sentence once, when it is whole', () => {
    expect(nextWords(growing('The pod cra'), NOTHING_SAID)).toBeNull()
    const first = nextWords(growing('The pod crashes. A file is'), NOTHING_SAID)
    expect(first?.words).toBe('The pod crashes.')
    expect(nextWords(growing('The pod crashes. A file is mis'), first?.said ?? NOTHING_SAID)).toBeNull()
    expect(nextWords(growing('The pod crashes. A file is missing. So'), first?.said ?? NOTHING_SAID)?.words).toBe('A file is missing.')
  })
  it('is not cut in a name or a number', () => expect(nextWords(growing('See app.yaml at 1.5 GB'), NOTHING_SAID)).toBeNull())
  it('is at its end what was not said yet', () => {
    const said = { part: 0, to: 'The pod crashes.'.length }
    expect(lastWords(turn('x', 'answered', [{ part: 'text', text: 'The pod crashes. A file is missing' }]), said)).toBe('A file is missing')
    expect(lastWords(turn('x', 'answered', [{ part: 'text', text: 'The pod crashes.' }]), said)).toBe('')
    expect(lastWords(cutOff, said)).toBe('The provider ended in the middle of its answer.')
  })
  it('has an end, however long the answer is', () => {
    const long = 'Word. '.repeat(SPOKEN_CHARS_MAX)
    const said = nextWords(growing(long), NOTHING_SAID)?.said ?? NOTHING_SAID
    expect(nextWords(growing(`${long}More. `), said)).toBeNull()
    expect(lastWords(turn('x', 'answered', [{}, { part: 'text', text: `${long}More.` }]), said)).toBe('')
  })
})
