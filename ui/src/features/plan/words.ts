// The words of plans in English, which come with the pages that show plans and not with the first screen: each imports this.
// In another language they are there from the start: src/i18n.ts.
import { i18n } from '@lingui/core'
import { messages } from '@/locales/plan/en'

i18n.load('en', messages)
