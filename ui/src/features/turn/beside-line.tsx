// Below a plan's card: opens what else it touches beside.
import { Trans } from '@lingui/react/macro'
import { Icon } from '@/ui/icon'
import { placeText, type Place } from './place'
import { useTalk } from './talk'

export function BesideLine({ place }: { place: Place }) {
  const { open, show } = useTalk()
  const isOpen = open !== null && placeText(open) === placeText(place)
  return (
    <button type="button" aria-pressed={isOpen} onClick={() => show(place)} className="inline-flex w-fit items-center gap-1 rounded text-xs text-ink-3 hover:text-ink aria-pressed:text-accent">
      <Trans>What else this touches</Trans><Icon name="right" size={12} />
    </button>
  )
}
