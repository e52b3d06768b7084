// Settings in groups, one for whoever said them: what is locked first, in the order of the host; what nobody said last. Pure.
import type { Setting } from '@/api/types'

export interface SaidBy {
  origin: string
  locked: boolean
  settings: Setting[]
}

export function byOrigin(settings: readonly Setting[]): SaidBy[] {
  const groups = new Map<string, SaidBy>()
  for (const setting of settings) {
    const group = groups.get(setting.origin) ?? { origin: setting.origin, locked: setting.locked, settings: [] }
    group.settings.push(setting)
    groups.set(setting.origin, group)
  }
  const all = [...groups.values()]
  return [...all.filter(({ locked }) => locked), ...all.filter(({ locked }) => !locked)]
}
