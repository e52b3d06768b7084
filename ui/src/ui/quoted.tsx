// A sentence of the host that quotes names and commands `like this`: each quote is shown as code, everything stays inert.
import { Code } from './code'
import { Inert } from './inert'

const QUOTE = /`([^`\n]+)`/

export function Quoted({ text, className }: { text: string; className?: string }) {
  // Split by a pattern with one group: what is quoted stands at the odd places.
  const pieces = text.split(QUOTE)
  return <span className={className}>{pieces.map((piece, index) => (index % 2 === 1 ? <Code key={index} text={piece} /> : <Inert key={index} text={piece} />))}</span>
}
