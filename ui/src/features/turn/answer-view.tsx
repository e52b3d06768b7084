// An answer of any kind, in the transcript or beside. A kind the console doesn't know is shown as it came.
import { Trans } from '@lingui/react/macro'
import type { Turn } from '@/api/types'
import { Inert } from '@/ui/inert'
import type { Answer } from './answer'
import { FindingsView } from './parts/findings'
import { Frame } from './parts/frame'
import { ChangesView, EventsView } from './parts/happenings'
import { LogsView } from './parts/logs'
import { DescriptionView, ObjectView } from './parts/objects'
import { ListingView, TableView } from './parts/tables'
import type { View } from './parts/view'

export function AnswerView({ answer, view, turn }: { answer: Answer; view: View; turn: Turn }) {
  switch (answer.answer) {
    case 'object': return <ObjectView answer={answer} view={view} />
    case 'description': return <DescriptionView answer={answer} view={view} />
    case 'table': return <TableView answer={answer} view={view} />
    case 'listing': return <ListingView answer={answer} view={view} />
    case 'logs': return <LogsView answer={answer} view={view} />
    case 'events': return <EventsView answer={answer} view={view} />
    case 'changes': return <ChangesView answer={answer} view={view} />
    case 'findings': return <FindingsView answer={answer} view={view} turn={turn} />
    default: return <Frame view={view} title={<Trans>An answer of a kind this console does not know</Trans>}><Raw value={answer.value} /></Frame>
  }
}

export const Raw = ({ value }: { value: unknown }) => (
  <pre className="max-h-96 overflow-auto px-3 py-2 font-mono text-xs break-words whitespace-pre-wrap text-ink-2"><Inert text={JSON.stringify(value, null, 2)} /></pre>
)
