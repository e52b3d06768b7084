// Why something is as it is, and what to do: the host's sentence, which quotes commands `like this`. Each command stands on a
// line of its own, to be copied.
import { Command } from './code'
import { Inert } from './inert'

export interface Said {
  words: string
  commands: string[]
}

const COMMAND = /`((?:kubechat|kubectl|ollama) [^`\n]+)`/g

/** The sentence without the commands at its end; what stands inside of it stays there too. Pure. */
export function saidOf(text: string): Said {
  const commands = [...text.matchAll(COMMAND)].map(([, command = '']) => command)
  const words = text.replace(/[\s:;,]*`(?:kubechat|kubectl|ollama) [^`\n]+`[\s.]*$/, '').trim()
  return { words, commands: [...new Set(commands)] }
}

export function Reason({ text, className }: { text: string; className?: string }) {
  const { words, commands } = saidOf(text)
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5">
      {words !== '' && <p className={className}><Inert text={words} className="break-words" /></p>}
      {commands.map((command) => <Command key={command} text={command} />)}
    </div>
  )
}
