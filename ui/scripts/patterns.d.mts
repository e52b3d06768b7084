// Types of patterns.mjs.
export function patternsOf(router: string): string[]
export function modulesOf(router: string): [string, string][]
