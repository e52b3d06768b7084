// The room of a card's content on the home page: as high as three lines that are still loading and as the words for nothing,
// so that the cards below stand still when one has been read. What is longer moves them all the same.
import type { ReactNode } from 'react'

/** Lines of a skeleton that fill it. */
export const ROOM_LINES = 3

export const Room = ({ children }: { children: ReactNode }) => <div className="min-h-25">{children}</div>
