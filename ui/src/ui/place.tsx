// A place in a cluster: its name and its namespaces. Production has its colour and says so in words, as in the scope's choice.
import { Trans } from '@lingui/react/macro'
import { Chip } from './chip'
import { cx } from './cx'
import { Inert } from './inert'

const NAMESPACES_SHOWN = 3

interface PlaceProps {
  cluster: string
  namespaces?: readonly string[]
  production: boolean
}

export function Place({ cluster, namespaces = [], production }: PlaceProps) {
  const more = namespaces.length - NAMESPACES_SHOWN
  const shown = namespaces.slice(0, NAMESPACES_SHOWN).join(', ')
  return (
    // An outline takes no room, so nothing moves where it comes; and it is there in forced colours.
    <span className={cx('inline-flex max-w-full min-w-0 flex-wrap items-center gap-x-1.5', production ? 'rounded bg-prod-soft pl-1.5 font-medium text-prod outline outline-1 -outline-offset-1 outline-prod' : 'text-ink-2')}>
      <span className="min-w-0 break-words">
        <Inert text={cluster} />{shown !== '' && <> / <Inert text={shown} /></>}
        {more > 0 && <> <Trans>and {more} more</Trans></>}
      </span>
      {production && <Chip tone="prod"><Trans>production</Trans></Chip>}
    </span>
  )
}
