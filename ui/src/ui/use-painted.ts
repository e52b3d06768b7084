// Whether what a component renders was painted once. For what may stand there a frame later than the rest: the browser's first
// formatter of numbers takes it as long to make as thirty rows of a grid. In a tab that nobody looks at, nothing is painted.
import { useEffect, useState } from 'react'

export function usePainted(): boolean {
  const [isPainted, setPainted] = useState(false)
  useEffect(() => {
    let after: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => { after = setTimeout(() => setPainted(true)) })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(after)
    }
  }, [])
  return isPainted
}
