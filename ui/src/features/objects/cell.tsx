// A printed cell. Words that the field knows as good or bad get a tone, beside the word and never instead of it.
import { Dot } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { toneOf } from './tone'

const STATES = new Set(['status', 'phase', 'ready', 'type', 'available', 'synced', 'health'])

/** `0/1` where something should be there and is not. */
const isShort = (text: string): boolean => {
  const [there, of] = text.split('/').map(Number)
  return there !== undefined && of !== undefined && there < of
}

export function Cell({ column, value }: { column: string; value: unknown }) {
  const text = typeof value === 'string' ? value : value == null ? '' : String(typeof value === 'object' ? JSON.stringify(value) : value)
  if (text === '' || text === '<none>') return <span className="text-ink-3">{text === '' ? '' : '–'}</span>
  if (!STATES.has(column.toLowerCase())) return <Inert text={text} short />
  const tone = /^\d+\/\d+$/.test(text) ? (isShort(text) ? 'warn' : null) : toneOf(text)
  if (tone === null) return <Inert text={text} short />
  return <span className="inline-flex items-center gap-1.5 align-top"><Dot tone={tone} /><Inert text={text} short /></span>
}
