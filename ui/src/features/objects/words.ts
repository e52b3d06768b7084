// The words of objects and of their logs in English, which come with the pages of resources and not with the first screen. In
// another language they are there from the start: src/i18n.ts.
import { i18n } from '@lingui/core'
import { messages as logs } from '@/locales/logs/en'
import { messages as objects } from '@/locales/objects/en'

i18n.load('en', { ...objects, ...logs })
