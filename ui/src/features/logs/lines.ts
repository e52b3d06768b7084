// Lines of logs as they are kept: in the order they came, at most LINES_MAX, the oldest let go first. Pure.

export interface LogLine {
  pod: string
  container: string | null
  /** Absent for words of the console's or the host's own. */
  time: string | null
  line: string
  /** How long the line was before it was cut. */
  cut?: number
  /** It is no line of the log but why there is none. */
  isProblem?: true
}

export const LINES_MAX = 20_000

export interface Kept {
  lines: readonly LogLine[]
  dropped: number
}

export const noLines: Kept = { lines: [], dropped: 0 }

export function append(kept: Kept, fresh: readonly LogLine[]): Kept {
  if (fresh.length === 0) return kept
  const all = [...kept.lines, ...fresh]
  const over = Math.max(0, all.length - LINES_MAX)
  return { lines: over === 0 ? all : all.slice(over), dropped: kept.dropped + over }
}

/** Lines that are read at once from several logs, by time; those without stay where they are. */
export function merged(lines: readonly LogLine[]): LogLine[] {
  return lines.map((line, index) => ({ line, index })).sort((a, b) => {
    if (a.line.time === null || b.line.time === null || a.line.time === b.line.time) return a.index - b.index
    return a.line.time < b.line.time ? -1 : 1
  }).map(({ line }) => line)
}

export type Level = 'bad' | 'warn' | 'quiet' | null

const BAD = /\b(err|error|errors|fatal|panic|critical|crit|severe|exception|failed|failure|emerg|alert)\b/i
const WARN = /\b(warn|warning|deprecated|retrying)\b/i
const QUIET = /\b(debug|trace|verbose)\b/i
const SAID = /\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?(\w+)/i

/** How loud a line is: by the level it says, else by its words. */
export function levelOf(line: string): Level {
  const said = SAID.exec(line)?.[1]
  const words = said ?? line
  if (BAD.test(words)) return 'bad'
  if (WARN.test(words)) return 'warn'
  return QUIET.test(words) ? 'quiet' : null
}

/** The lines of this level and louder, and why there are none. Where a line says no level, its words are all there is. */
export const atLeast = (kept: Kept, level: 'warn' | 'bad'): Kept => ({
  lines: kept.lines.filter(({ line, isProblem }) => {
    const own = levelOf(line)
    return isProblem === true || own === 'bad' || (level === 'warn' && own === 'warn')
  }),
  dropped: kept.dropped,
})

/** The log as a file of text. */
export const asText = (lines: readonly LogLine[], isSeveral: boolean): string =>
  lines.map(({ pod, container, time, line }) => [time, isSeveral && [pod, container].filter(Boolean).join('/'), line].filter(Boolean).join(' ')).join('\n') + '\n'
