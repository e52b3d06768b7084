// Types of weigh.mjs.
export type Row = [name: string, now: number, limit: number, aim: number, unit: string]
export interface Weighed {
  rows: Row[]
  /** Addresses of other origins, and the files that name them. */
  origins: string[]
}
export function weigh(dist: string): Weighed
