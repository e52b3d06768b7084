// The catalogues. English comes with the first screen, but for the words of pages and features that bring their own (`words.ts`, and
// lingui.config.ts); another one is fetched whole when it is asked for by `?lang=` and kept for the tab. A new language is
// one line here and one in lingui.config.ts.
import { i18n } from '@lingui/core'
import { messages } from './locales/en'

const OTHERS: Record<string, () => Promise<{ messages: typeof messages }[]>> = {
  'en-XA': () => Promise.all([
    import('./locales/en-XA'), import('./locales/egress/en-XA'), import('./locales/models/en-XA'),
    import('./locales/plan/en-XA'), import('./locales/objects/en-XA'), import('./locales/logs/en-XA'),
  ]),
}

export async function activateLocale(asked: string | null): Promise<void> {
  const load = asked === null ? undefined : OTHERS[asked]
  const locale = load === undefined ? 'en' : (asked ?? 'en')
  i18n.loadAndActivate({ locale, messages: load === undefined ? messages : Object.assign({}, ...(await load()).map((part) => part.messages)) })
  document.documentElement.lang = locale
}

export { i18n }
