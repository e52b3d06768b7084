// The addresses of the console's pages, read from the text of its router: a build must not run the console to know them.
// A test holds them against the router itself.

/** @type {(router: string) => string[]} */
export const patternsOf = (router) => [...router.matchAll(/\bpath: '([^']+)'/g)].map((found) => found[1])

/**
 * The module of each page, as the router's line names it.
 * @type {(router: string) => [string, string][]}
 */
export const modulesOf = (router) => [...router.matchAll(/\bpath: '([^']+)'.*?\bimport\('\.\/([^']+)'\)/g)].map((found) => [found[1], found[2]])
