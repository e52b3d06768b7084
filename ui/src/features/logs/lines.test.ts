import { expect, test } from 'vitest'
import { append, asText, atLeast, levelOf, LINES_MAX, merged, noLines, type LogLine } from './lines'
import { parseEnd, parseLine } from './wire'

const line = (text: string, time: string | null = null): LogLine => ({ pod: 'web', container: null, time, line: text })

test('the oldest lines are let go, and counted', () => {
  const kept = append(append(noLines, Array.from({ length: LINES_MAX }, (_, index) => line(String(index)))), [line('new')])
  expect(kept.lines).toHaveLength(LINES_MAX)
  expect(kept.dropped).toBe(1)
  expect(kept.lines.at(-1)?.line).toBe('new')
})

test('lines of several logs stand by their time', () => {
  expect(merged([line('b', '2026-01-01T00:00:02Z'), line('a', '2026-01-01T00:00:01Z')]).map((each) => each.line)).toEqual(['a', 'b'])
})

test('the level is the one a line says, else its words', () => {
  expect(levelOf('level=info msg="no error at all"')).toBeNull()
  expect(levelOf('{"level":"warn","msg":"slow"}')).toBe('warn')
  expect(levelOf('panic: cannot open file')).toBe('bad')
  expect(levelOf('DEBUG tick')).toBe('quiet')
  expect(levelOf('terror in the aisles')).toBeNull()
})

test('a level shows its lines, the louder ones, and why there are none', () => {
  const kept = append(noLines, [line('all is well'), line('WARN slow'), line('level=error x'), line('debug y'), { ...line('gone; look'), isProblem: true }])
  expect(atLeast(kept, 'warn').lines.map((each) => each.line)).toEqual(['WARN slow', 'level=error x', 'gone; look'])
  expect(atLeast(kept, 'bad').lines.map((each) => each.line)).toEqual(['level=error x', 'gone; look'])
})

test('the host\'s lines, problems and ends are read', () => {
  expect(parseLine('{"pod":"web","container":"app","time":"2026-01-01T00:00:00Z","line":"x","cut":5000}')).toEqual({ pod: 'web', container: 'app', time: '2026-01-01T00:00:00Z', line: 'x', cut: 5000 })
  expect(parseLine('{"pod":"web","problem":{"code":"not-found","detail":"gone","hint":"look"}}')).toMatchObject({ line: 'gone; look', isProblem: true })
  expect(parseEnd('{"reason":"FOLLOW_S_MAX"}')).toBe('FOLLOW_S_MAX')
})

test('a file of several logs says whose line each is', () => {
  expect(asText([line('x', 'T')], false)).toBe('T x\n')
  expect(asText([line('x', 'T')], true)).toBe('T web x\n')
})
