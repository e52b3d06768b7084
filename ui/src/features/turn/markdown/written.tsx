// The words of an answer. What rules wrote is plain text; what a model wrote may be Markdown, whose reader is fetched when
// there is something for it to read. Until then, and where it can't be had, the words stand there as they came.
import { Component, Suspense, lazy, type ReactNode } from 'react'
import { Cited } from '../cited'

/** Longer ones are shown as they came: a reader's time grows with what it is given. */
export const MARKDOWN_CHARS_MAX = 100_000
/** Something that a reader of Markdown would show otherwise: emphasis, code, a heading, a list, a quote, a link, a line. */
const MARKED = /[*_`[\]]|^ {0,3}(?:#{1,6} |> |[-+] |\d+[.)] |-{3,})/m

const Markdown = lazy(() => import('./markdown'))

const Plain = ({ text }: { text: string }) => <p className="text-base break-words whitespace-pre-wrap text-ink"><Cited text={text} /></p>

export function Written({ text, byModel }: { text: string; byModel: boolean }) {
  const plain = <Plain text={text} />
  if (!byModel || text.length > MARKDOWN_CHARS_MAX || !MARKED.test(text)) return plain
  return <Otherwise show={plain}><Suspense fallback={plain}><Markdown text={text} /></Suspense></Otherwise>
}

interface OtherwiseProps {
  show: ReactNode
  children: ReactNode
}

/** Words are never lost to the code that should have made them pretty. */
class Otherwise extends Component<OtherwiseProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError = () => ({ failed: true })

  override render(): ReactNode {
    return this.state.failed ? this.props.show : this.props.children
  }
}
