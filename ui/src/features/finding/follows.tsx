// What follows from a finding, beneath it: the root is told, and of the objects that suffer from it how many there are, which is
// all that the host says of them.
import { Plural } from '@lingui/react/macro'
import type { Finding } from '@/api/types'
import { foldedOf } from './told'

export function Follows({ finding }: { finding: Finding }) {
  const count = foldedOf(finding)
  if (count === 0) return null
  return <p className="border-l-2 border-line-strong pl-2 text-xs text-ink-2"><Plural value={count} one="and # more object that follows from it" other="and # more objects that follow from it" /></p>
}
