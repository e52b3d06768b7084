// Try the masking: a text of one's own, and what of it would be masked before it goes anywhere. It goes to this host, which looks
// at it and forgets it; here it lives in the field, and not in the URL, the cache or the browser's storage.
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useRedact } from '@/api/egress'
import { toProblem } from '@/api/problem'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Field } from '@/ui/field'
import { Failed } from '@/ui/states/states'
import { Masked } from './masked'

/** A request may be 1 MiB; a letter takes up to four bytes. */
const CHARS_MAX = 250_000

export function Masking() {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const redact = useRedact()
  const look = () => { if (text !== '') redact.mutate(text) }
  const change = (next: string) => {
    setText(next)
    // What is shown is of the text that stands there.
    redact.reset()
  }
  return (
    <Card title={<Trans>What is masked first</Trans>}>
      <form className="grid grid-cols-[minmax(0,1fr)] gap-3 px-4 py-3" onSubmit={(event) => { event.preventDefault(); look() }}>
        <p className="max-w-prose text-sm text-ink-2"><Trans>Passwords, tokens and keys are taken out before anything leaves, and before it is kept. Try it with a text of your own: it goes to this host only, which looks at it and forgets it.</Trans></p>
        <Field label={<Trans>A text, a log or YAML</Trans>} hint={<Trans>Not stored, not logged, sent nowhere else.</Trans>}>
          {(ids) => (
            <textarea
              {...ids}
              rows={5}
              maxLength={CHARS_MAX}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder={t`db_password=hunter2hunter2`}
              value={text}
              onChange={(event) => change(event.target.value)}
              onKeyDown={(event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); look() } }}
              className="w-full min-w-0 resize-y rounded-md border border-line-strong bg-bg px-2.5 py-2 font-mono text-xs text-ink placeholder:text-ink-3"
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="primary" disabled={text === '' || redact.isPending}><Trans>Show what is masked</Trans></Button>
          {text !== '' && <Button kind="quiet" onClick={() => change('')}><Trans>Forget it</Trans></Button>}
        </div>
        {redact.error && <Failed problem={toProblem(redact.error)} onRetry={look} />}
        {redact.data && <Masked told={redact.data} />}
      </form>
    </Card>
  )
}
