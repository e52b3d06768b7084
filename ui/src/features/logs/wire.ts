// Log lines as the host writes them, read into the console's own. Pure.
import type { LogLine } from './lines'

interface Wire {
  pod?: string
  container?: string | null
  time?: string | null
  line?: string
  cut?: number
  problem?: { detail?: string; hint?: string } | string
  reason?: string
}

export function parseLine(text: string): LogLine | null {
  const { pod = '', container = null, time = null, line, cut, problem } = JSON.parse(text) as Wire
  if (problem !== undefined) return { pod, container, time: null, line: typeof problem === 'string' ? problem : [problem.detail, problem.hint].filter(Boolean).join('; '), isProblem: true }
  return line === undefined ? null : { pod, container, time, line, ...(cut !== undefined && { cut }) }
}

/** Why a followed log ended as a whole. */
export const parseEnd = (text: string): string => (JSON.parse(text) as Wire).reason ?? ''
