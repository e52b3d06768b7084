// A path or an address of others', which breaks after a slash where a line ends, and within a word only where it must.
import { Fragment } from 'react'
import { Inert } from './inert'

export const Path = ({ text }: { text: string }) => (
  <span className="font-mono text-xs">{text.split(/(?<=\/)/).map((part, at) => <Fragment key={at}><Inert text={part} /><wbr /></Fragment>)}</span>
)
