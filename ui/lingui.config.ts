// Which catalogues there are. English is written in the sources and needs no file kept by people; the pseudo-locale is
// made from it, so that a string which goes past the catalogue shows on the screen as plain English.
import type { LinguiConfig } from '@lingui/conf'
import { formatter } from '@lingui/format-po'

/** Pages whose words come with the page (its `words.ts`) and not with the first screen. */
const WITH_THEIR_PAGE = ['egress', 'models']

const TESTS = ['**/*.test.*', '**/testing/**']

const config: LinguiConfig = {
  locales: ['en', 'en-XA'],
  sourceLocale: 'en',
  pseudoLocale: 'en-XA',
  fallbackLocales: { 'en-XA': 'en' },
  catalogs: [
    { path: '<rootDir>/src/locales/{locale}', include: ['<rootDir>/src'], exclude: [...TESTS, ...WITH_THEIR_PAGE.map((page) => `<rootDir>/src/pages/${page}/**`)] },
    ...WITH_THEIR_PAGE.map((page) => ({ path: `<rootDir>/src/locales/${page}/{locale}`, include: [`<rootDir>/src/pages/${page}`], exclude: TESTS })),
  ],
  format: formatter({ origins: false }),
  compileNamespace: 'ts',
}

export default config
