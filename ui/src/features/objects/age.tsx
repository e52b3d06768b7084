// An age as kubectl writes it (`16m`, `3d`), counted on from when the object was made: the printed cell stands still.
import { useExactTitle, useNow } from '@/ui/time'

const UNITS: [string, number][] = [['y', 31_536_000], ['d', 86_400], ['h', 3_600], ['m', 60]]

export function shortAge(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each * 2) ?? UNITS.find(([, each]) => seconds >= each) ?? ['s', 1]
  return `${Math.max(0, Math.floor(seconds / size))}${unit}`
}

export function Age({ at }: { at: string }) {
  const now = useNow()
  const moment = Date.parse(at)
  const exact = useExactTitle(new Date(moment))
  if (Number.isNaN(moment)) return null
  return <time dateTime={at} {...exact} className="tabular-nums">{shortAge((now - moment) / 1000)}</time>
}
