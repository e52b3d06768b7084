// Clusters in words, short enough for a line: "a, b", and from the third on "a, b and 1 more". Names are others' text. Its
// numbers are not written `#`, which makes a formatter: the bar is part of the first rendering.
import { plural } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { inertText } from '@/ui/inert-text'
import { useIsNarrow } from '@/ui/use-media'
import { useAskedOf } from './use-scope'

const NAMED_MAX = 2

/** A word of the grammar, which is English whatever the console speaks. */
const ON = 'on'

const namedOf = (clusters: readonly string[]): string => inertText(clusters.slice(0, NAMED_MAX).join(', '))

/** Where only text can stand: labels, titles, options of a choice. */
export function useClusterWords(): (clusters: readonly string[]) => string {
  const { t } = useLingui()
  return (clusters) => {
    const [named, more] = [namedOf(clusters), clusters.length - NAMED_MAX]
    if (clusters.length === 0) return t`All clusters`
    return more <= 0 ? named : plural(more, { one: `${named} and ${more} more`, other: `${named} and ${more} more` })
  }
}

/** The same on a line with little room: names give way, how many more there are does not. On a phone it is one name of many. */
export function ClusterWords({ clusters, className }: { clusters: readonly string[]; className?: string }) {
  const isNarrow = useIsNarrow()
  const isShort = isNarrow && clusters.length > NAMED_MAX
  const namedMax = isShort ? 1 : NAMED_MAX
  const more = clusters.length - namedMax
  if (clusters.length === 0) return <span className={cx('truncate', className)}><Trans>All clusters</Trans></span>
  const named = <Inert text={clusters.slice(0, namedMax).join(', ')} short />
  return (
    <span className={cx('flex min-w-0 gap-1', className)} title={inertText(clusters.join(', '))}>
      {more <= 0 && named}
      {isShort && <>{named} <span className="shrink-0"><Trans>+{more}</Trans></span></>}
      {more > 0 && !isShort && <Plural value={more} one={<>{named} <span className="shrink-0">and {more} more</span></>} other={<>{named} <span className="shrink-0">and {more} more</span></>} />}
    </span>
  )
}

/** Where a sentence goes that is said while several clusters are looked at: it is had of one. Nothing where that is plain. */
export function AskedOfFirst({ id, className }: { id?: string; className?: string }) {
  const { first } = useAskedOf()
  if (first === null) return null
  return (
    <p id={id} className={cx('flex items-baseline gap-1.5 text-xs text-ink-3', className)}>
      <span className="translate-y-0.5"><Icon name="clusters" size={12} /></span>
      <span className="min-w-0 break-words"><Trans>Asked of <Inert text={first} className="text-ink-2" />, the first in the scope, unless it says “{ON}” and another cluster.</Trans></span>
    </p>
  )
}
