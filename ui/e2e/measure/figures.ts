// Where measured figures go: one JSON file, named by KUBECHAT_MEASURE, a key for each part. All values are kept; who reads
// them takes the median. Nothing is judged here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { named } from '../plane'

/** How often each figure is measured. */
export const ROUNDS = Number(process.env['KUBECHAT_MEASURE_ROUNDS'] ?? 5)

export function keep(part: string, figures: object): void {
  const file = named('KUBECHAT_MEASURE')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {}
  writeFileSync(file, `${JSON.stringify({ ...known, [part]: figures }, null, 2)}\n`)
}

/** Measures as often as it is measured. */
export async function rounds<T>(measure: (round: number) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let round = 0; round < ROUNDS; round++) all.push(await measure(round))
  return all
}

export const tenths = (value: number): number => Math.round(value * 10) / 10
