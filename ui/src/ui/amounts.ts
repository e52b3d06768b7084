// Amounts for people: `412 B`, `39 kB`; `180 ms`, `3.1 s`. Formatters are made once for each language.
import { useLingui } from '@lingui/react'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1000

const made = new Map<string, Intl.NumberFormat>()

function amount(value: number, unit: string, locale: string): string {
  const digits = Number.isInteger(value) || value >= 10 ? 0 : 1
  const key = `${locale} ${unit} ${digits}`
  const format = made.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'narrow' : 'short', maximumFractionDigits: digits })
  made.set(key, format)
  return format.format(value)
}

/** Pure, but for the formatters it keeps. */
export function bytesText(bytes: number, locale: string): string {
  const at = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return amount(bytes / STEP ** at, UNITS[at] ?? 'byte', locale)
}

export const tookText = (ms: number, locale: string): string => (ms < STEP ? amount(Math.round(ms), 'millisecond', locale) : amount(ms / STEP, 'second', locale))

export function useAmounts() {
  const { i18n } = useLingui()
  return { bytes: (bytes: number) => bytesText(bytes, i18n.locale), took: (ms: number) => tookText(ms, i18n.locale) }
}
