// The page's own words in English, which come with the page and not with the first screen. In another language they are there
// from the start: src/i18n.ts.
import { i18n } from '@lingui/core'
import { messages } from '@/locales/egress/en'

i18n.load('en', messages)
