// What a model wrote, read as Markdown and shown inert: headings, lists, quotes, emphasis and code, and nothing that acts or
// loads. No raw HTML, no image, no link that could be followed: a link is its words and, beside them, where it points. What
// hides in a text (ANSI, direction marks, zero-width characters) is made visible as everywhere else. Loaded on first use.
import { Children, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeSanitize, { type Options } from 'rehype-sanitize'
import { Inert } from '@/ui/inert'
import { Cited } from '../cited'

const SHOWN = ['a', 'blockquote', 'br', 'code', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'img', 'li', 'ol', 'p', 'pre', 'strong', 'ul']

/** Of attributes only what the views below read; none of them reaches the document. */
const ALLOWED: Options = { tagNames: SHOWN, attributes: { a: ['href'], img: ['src', 'alt'], ol: ['start'] }, protocols: {}, strip: ['script', 'style'] }

/** The words of a view, each run of them inert. */
const inert = (children: ReactNode): ReactNode => Children.map(children, (child) => (typeof child === 'string' ? <Inert text={child} /> : child))

/** Words that may cite evidence: sentences do, code and addresses don't. */
const words = (children: ReactNode): ReactNode => Children.map(children, (child) => (typeof child === 'string' ? <Cited text={child} /> : child))

/** Where something points, to be read and not to be followed. */
const Address = ({ to }: { to: string }) => (to === '' ? null : <span className="font-mono text-[0.85em] break-all text-ink-3"> (<Inert text={to} />)</span>)

/** A heading of an answer stands below those of the page: it looks like one and adds none to its outline. */
const Heading = ({ children }: { children?: ReactNode }) => <p className="font-semibold">{words(children)}</p>

const VIEWS: Components = {
  a: ({ href = '', children }) => <span>{inert(children)}{String(children) === href ? null : <Address to={href} />}</span>,
  img: ({ src = '', alt = '' }) => <span className="text-ink-3"><Inert text={alt} /><Address to={String(src)} /></span>,
  p: ({ children }) => <p className="break-words whitespace-pre-wrap">{words(children)}</p>,
  h1: Heading, h2: Heading, h3: Heading, h4: Heading, h5: Heading, h6: Heading,
  li: ({ children }) => <li className="break-words">{words(children)}</li>,
  ul: ({ children }) => <ul className="grid list-disc gap-1 pl-5">{children}</ul>,
  ol: ({ start, children }) => <ol start={start} className="grid list-decimal gap-1 pl-6">{children}</ol>,
  blockquote: ({ children }) => <blockquote className="grid gap-2 border-l-2 border-line-strong pl-3 text-ink-2">{children}</blockquote>,
  em: ({ children }) => <em>{words(children)}</em>,
  strong: ({ children }) => <strong className="font-semibold">{words(children)}</strong>,
  code: ({ children }) => <code className="rounded bg-raised px-1 font-mono text-[0.9em] break-words">{inert(children)}</code>,
  pre: ({ children }) => <pre className="max-h-96 overflow-auto rounded-md border border-line bg-raised px-3 py-2 text-sm whitespace-pre-wrap">{children}</pre>,
  hr: () => <hr className="border-line" />,
}

/** Addresses are only read, so each is shown as it was written, whatever its scheme. */
const asWritten = (url: string): string => url

export default function Markdown({ text }: { text: string }) {
  return (
    <div className="grid min-w-0 gap-2 text-base text-ink">
      <ReactMarkdown rehypePlugins={[[rehypeSanitize, ALLOWED]]} components={VIEWS} urlTransform={asWritten}>{text}</ReactMarkdown>
    </div>
  )
}
