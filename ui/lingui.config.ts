// Which catalogues there are. English is written in the sources and needs no file kept by people; the pseudo-locale is
// made from it, so that a string which goes past the catalogue shows on the screen as plain English.
import type { LinguiConfig } from '@lingui/conf'
import { formatter } from '@lingui/format-po'

/** Folders whose words come with them (their `words.ts`) and not with the first screen, by the name of their catalogue. */
const WITH_THEIR_PAGE = {
  egress: 'pages/egress', models: 'pages/models', plan: 'features/plan', objects: 'features/objects', logs: 'features/logs',
}

const TESTS = ['**/*.test.*', '**/testing/**']

const config: LinguiConfig = {
  locales: ['en', 'en-XA'],
  sourceLocale: 'en',
  pseudoLocale: 'en-XA',
  fallbackLocales: { 'en-XA': 'en' },
  catalogs: [
    { path: '<rootDir>/src/locales/{locale}', include: ['<rootDir>/src'], exclude: [...TESTS, ...Object.values(WITH_THEIR_PAGE).map((folder) => `<rootDir>/src/${folder}/**`)] },
    ...Object.entries(WITH_THEIR_PAGE).map(([name, folder]) => ({ path: `<rootDir>/src/locales/${name}/{locale}`, include: [`<rootDir>/src/${folder}`], exclude: TESTS })),
  ],
  format: formatter({ origins: false }),
  compileNamespace: 'ts',
}

export default config
