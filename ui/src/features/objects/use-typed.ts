// A field whose text is the URL's, with the typing ahead of it: what is typed shows at once, the URL follows when it pauses.
import { useEffect, useEffectEvent, useState } from 'react'

const PAUSE_MS = 250

export function useTyped(said: string, say: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(said)
  const [last, setLast] = useState(said)
  const [told, setTold] = useState(said)
  if (said !== last) {
    setLast(said)
    // What was told from here comes back as what is said; by then more may have been typed.
    if (said !== told) setText(said)
  }
  const tell = useEffectEvent(() => {
    if (text === said) return
    setTold(text)
    say(text)
  })
  useEffect(() => {
    const timer = setTimeout(() => tell(), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return [text, setText]
}
