// Types of patterns.mjs.
export function patternsOf(router: string): string[]
