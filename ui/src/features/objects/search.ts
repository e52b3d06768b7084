// What the pages of resources keep in the URL: filter, labels, order, columns and selection of a grid; tab and log options
// of an object. Read leniently: what makes no sense is left out, because a link may be old.
import { readLogSearch, type LogSearch } from '../logs/search'

export interface GridSearch {
  q?: string
  labels?: string
  /** A column's title or `age`; `-` before it turns it round. */
  sort?: string
  /** Titles with commas; `*` is all. */
  fields?: string
  /** Selected rows with commas. */
  sel?: string
}

export const TABS = ['overview', 'logs', 'events', 'changes', 'yaml', 'related', 'history'] as const
export type TabName = (typeof TABS)[number]

export interface ObjectSearch extends LogSearch {
  tab?: TabName
}

export const SELECTED_MAX = 50

export const word = (value: unknown): string | undefined => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return text.trim() === '' ? undefined : text
}

export const readGridSearch = ({ q, labels, sort, fields, sel }: Record<string, unknown>): GridSearch => ({
  ...(word(q) && { q: word(q) }),
  ...(word(labels) && { labels: word(labels) }),
  ...(word(sort) && { sort: word(sort) }),
  ...(word(fields) && { fields: word(fields) }),
  ...(word(sel) && { sel: word(sel) }),
})

export const readObjectSearch = (search: Record<string, unknown>): ObjectSearch => {
  const tab = TABS.find((each) => each === search.tab)
  return { ...(tab !== undefined && { tab }), ...readLogSearch(search) }
}

export const readKindsSearch = ({ q }: Record<string, unknown>): { q?: string } => ({ ...(word(q) && { q: word(q) }) })

export const selectedIds = (sel: string | undefined): string[] => (sel ?? '').split(',').filter(Boolean).slice(0, SELECTED_MAX)
