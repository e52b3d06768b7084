// A framed part of a page with a heading. It folds nothing and fetches nothing.
import { useId, type ReactNode } from 'react'

interface CardProps {
  title: ReactNode
  /** Stands at the right of the heading: a link to all of it, a count. */
  aside?: ReactNode
  children: ReactNode
}

export function Card({ title, aside, children }: CardProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-surface">
      <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 border-b border-line px-4 py-1.5">
        <h2 id={id} className="text-sm font-semibold text-ink">{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** Rows of a card that are one list. */
export const CardList = ({ children }: { children: ReactNode }) => <ul className="divide-y divide-line">{children}</ul>
export const CardRow = ({ children }: { children: ReactNode }) => <li className="px-4 py-2.5">{children}</li>
export const CardNote = ({ children }: { children: ReactNode }) => <div className="px-4 py-5 text-sm text-ink-2">{children}</div>
