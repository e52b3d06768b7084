// Names and values side by side, as an overview shows them. Values are others' words and stay inert.
import type { ReactNode } from 'react'
import { Inert } from '@/ui/inert'

export const Facts = ({ children }: { children: ReactNode }) => (
  <dl className="grid grid-cols-2 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-6 gap-y-3 px-4 py-3">{children}</dl>
)

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs break-words text-ink-3">{name}</dt>
      <dd className="min-w-0 text-sm break-words text-ink">{children}</dd>
    </div>
  )
}

/** Labels, annotations, selectors. */
export function Pairs({ pairs }: { pairs: readonly (readonly [string, unknown])[] }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {pairs.map(([key, value]) => (
        <li key={key} className="max-w-full rounded border border-line bg-raised px-1.5 font-mono text-xs leading-5 break-all text-ink-2">
          <Inert text={key} />=<Inert text={shown(value)} className="text-ink" />
        </li>
      ))}
    </ul>
  )
}

export const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '')
