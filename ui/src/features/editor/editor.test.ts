import { describe, expect, it } from 'vitest'
import { mergeLines } from './merge-lines'
import { problemsOf } from './problems'

const base = ['kind: Deployment', 'metadata:', '  name: web', 'spec:', '  replicas: 3', '  paused: false', '  template: {}', ''].join('\n')
const edited = (...changes: [string, string][]): string => changes.reduce((text, [from, to]) => text.replace(from, to), base)

describe('an edit put on a newer version', () => {
  it('takes what only one side changed from that side', () =>
    expect(mergeLines(base, edited(['replicas: 3', 'replicas: 5']), edited(['name: web', 'name: web\n  labels: {}'])))
      .toEqual({ text: edited(['replicas: 3', 'replicas: 5'], ['name: web', 'name: web\n  labels: {}']), clashes: [] }))
  it('takes changes of lines next to each other from both sides', () =>
    expect(mergeLines(base, edited(['replicas: 3', 'replicas: 5']), edited(['paused: false', 'paused: true'])))
      .toEqual({ text: edited(['replicas: 3', 'replicas: 5'], ['paused: false', 'paused: true']), clashes: [] }))
  it('takes what both changed alike once', () => {
    const both = edited(['replicas: 3', 'replicas: 5'])
    expect(mergeLines(base, both, both)).toEqual({ text: both, clashes: [] })
  })
  it('keeps mine where both changed the same line, and tells the place', () =>
    expect(mergeLines(base, edited(['replicas: 3', 'replicas: 5']), edited(['name: web', 'name: web\n  labels: {}'], ['replicas: 3', 'replicas: 9'])))
      .toEqual({ text: edited(['name: web', 'name: web\n  labels: {}'], ['replicas: 3', 'replicas: 5']), clashes: [6] }))
  it('tells of lines that both put into one place', () =>
    expect(mergeLines(base, edited(['name: web', 'name: web\n  a: 1']), edited(['name: web', 'name: web\n  b: 2'])).clashes).toEqual([4]))
  it('tells of a line that one side took away and the other changed', () =>
    expect(mergeLines(base, edited(['  paused: false\n', '']), edited(['paused: false', 'paused: true'])))
      .toEqual({ text: edited(['  paused: false\n', '']), clashes: [6] }))
  it('loses nothing at the very end', () => {
    expect(mergeLines('a', 'a\nb', 'a').text).toBe('a\nb')
    expect(mergeLines('a\n', 'a\n', 'a\nc\n').text).toBe('a\nc\n')
    expect(mergeLines('a\nb', 'a', 'x\nb').text).toBe('x')
  })
  it('that changed nothing is the newer version', () => expect(mergeLines(base, base, 'else').text).toBe('else'))
})

describe('an edited manifest', () => {
  const secret = 'data:\n  password: •••• (8 bytes)\n  token: •••• (4 bytes)\n'
  it('that is well has no problems', () => expect(problemsOf(base, base)).toEqual([]))
  it('tells the line that is no YAML', () => expect(problemsOf(base, edited(['  replicas: 3', '  replicas: 3\n paused'])).map(({ what, line }) => [what, line])).toEqual([['syntax', 6]]))
  it('leaves a mask alone that was not changed, wherever it stands', () => expect(problemsOf(secret, `kind: Secret\n${secret}`)).toEqual([]))
  it('tells the line of a mask that was changed, from its first letter to its end', () =>
    expect(problemsOf(secret, secret.replace('8 bytes', '9 bytes'))).toEqual([{ what: 'mask', line: 2, from: 8, to: 32 }]))
  it('tells the line of a mask that was copied', () => expect(problemsOf(secret, `${secret}  token: •••• (4 bytes)\n`).map(({ line }) => line)).toEqual([4]))
  it('may hold a new value in place of a mask', () => expect(problemsOf(secret, secret.replace('•••• (8 bytes)', 'new'))).toEqual([]))
})
