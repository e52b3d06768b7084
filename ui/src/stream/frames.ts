// Server-sent events out of text that arrives in pieces. Pure. Knows `id`, `event`, `data` and comments, and no more of the
// HTML standard (section 9.2) than the host uses; a comment counts as a sign of life, which is why we read them ourselves:
// EventSource shows no comments, and the host's heartbeat is one.

export interface Frame {
  id: string | null
  event: string
  data: string
}

export interface FrameReader {
  /** Takes the next piece; gives the frames it completed. */
  take(piece: string): Frame[]
}

export function frameReader(): FrameReader {
  let rest = ''
  return {
    take(piece) {
      rest += piece.replaceAll('\r\n', '\n')
      const frames: Frame[] = []
      for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
        const frame = read(rest.slice(0, end))
        if (frame !== null) frames.push(frame)
        rest = rest.slice(end + 2)
      }
      return frames
    },
  }
}

function read(block: string): Frame | null {
  let id: string | null = null
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    else if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  return data.length === 0 ? null : { id, event, data: data.join('\n') }
}
