// A control whose value is the URL's, with the press ahead of it: what was pressed shows with the next frame, and the URL,
// with all that follows from it, comes after that frame. Where the URL doesn't follow within FOLLOWS_MS_MAX (somebody keeps
// their edits instead), the control shows again what the URL says. It decides nothing else: a panel's content is the URL's.
import { useEffect, useEffectEvent, useState } from 'react'

export const FOLLOWS_MS_MAX = 1_000

interface Pressed<T> {
  from: T
  to: T
}

/** The value that shows, and how it is pressed. Values are told apart as `Object.is` does. */
export function useAhead<T>(said: T, say: (value: T) => void): [T, (value: T) => void] {
  const [pressed, setPressed] = useState<Pressed<T> | null>(null)
  const tell = useEffectEvent(() => { if (pressed !== null) say(pressed.to) })
  useEffect(() => {
    if (pressed === null) return undefined
    // After the frame that shows the press. A second press before that takes the place of the first.
    let told: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => { told = setTimeout(tell) })
    const late = setTimeout(() => setPressed(null), FOLLOWS_MS_MAX)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(told)
      clearTimeout(late)
    }
  }, [pressed])
  const isAhead = pressed !== null && Object.is(pressed.from, said)
  return [isAhead ? pressed.to : said, (value) => setPressed({ from: said, to: value })]
}
