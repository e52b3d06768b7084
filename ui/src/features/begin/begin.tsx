// The next action of an empty list: words that begin a sentence, put into the prompt to be finished and sent by the person.
// Nothing is sent from here.
import { Trans } from '@lingui/react/macro'
import { putWords } from '@/shell/prompt-words'
import { useScope } from '@/shell/use-scope'
import { Button } from '@/ui/button'

/** A question that fits the scope. */
export function BeginQuestion() {
  const { namespace } = useScope()
  const text = namespace === undefined ? 'what is broken?' : `what is broken in ${namespace}?`
  return <Button onClick={() => putWords({ text, how: 'replace' })}><Trans>Ask what is broken</Trans></Button>
}

/** A change without its object yet: the prompt offers the names there are. */
export const BeginPlan = () => (
  <Button onClick={() => putWords({ text: 'scale ', how: 'replace' })}><Trans>Begin a change</Trans></Button>
)
