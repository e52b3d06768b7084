// Bytes for people: `412 B`, `39 KB`, `1.2 MB`.
import { useLingui } from '@lingui/react'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const KB = 1024

/** Pure. */
export function bytesText(bytes: number, locale: string): string {
  const at = bytes < KB ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(KB)))
  const value = bytes / KB ** at
  return new Intl.NumberFormat(locale, { style: 'unit', unit: UNITS[at], unitDisplay: at === 0 ? 'narrow' : 'short', maximumFractionDigits: at > 0 && value < 10 ? 1 : 0 }).format(value)
}

export function useBytes(): (bytes: number) => string {
  const { i18n } = useLingui()
  return (bytes) => bytesText(bytes, i18n.locale)
}
