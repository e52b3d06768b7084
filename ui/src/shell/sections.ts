// The console's places, in the order of the navigation, each with the key that goes there after `g`.
import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { IconName } from '@/ui/icon'

export interface Section {
  to: '/' | '/chat' | '/plans' | '/r' | '/clusters' | '/models' | '/egress' | '/settings' | '/help'
  name: MessageDescriptor
  icon: IconName
  key: string
  /** Stands in the bar at the foot of a phone; the others are one step further. */
  onPhone: boolean
}

export const SECTIONS: readonly Section[] = [
  { to: '/', name: msg`Home`, icon: 'home', key: 'h', onPhone: true },
  { to: '/chat', name: msg`Chat`, icon: 'chat', key: 'c', onPhone: true },
  { to: '/plans', name: msg`Plans`, icon: 'plans', key: 'p', onPhone: true },
  { to: '/r', name: msg`Resources`, icon: 'resources', key: 'r', onPhone: true },
  { to: '/clusters', name: msg`Clusters`, icon: 'clusters', key: 'k', onPhone: false },
  { to: '/models', name: msg`Models`, icon: 'model', key: 'm', onPhone: false },
  { to: '/egress', name: msg`What leaves`, icon: 'globe', key: 'w', onPhone: false },
  { to: '/settings', name: msg`Settings`, icon: 'settings', key: 's', onPhone: false },
  { to: '/help', name: msg`Help`, icon: 'help', key: 'e', onPhone: false },
]
