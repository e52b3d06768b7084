// The screen without a session: how to get a link, and a field to paste it. It asks for no password and keeps nothing. It goes
// by itself when somebody logs in in another tab.
import { useQueryClient } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState, type FormEvent } from 'react'
import { whenMarked } from '@/api/first'
import { toProblem, type Problem } from '@/api/problem'
import { sessionQuery } from '@/api/queries'
import { openSession } from '@/api/threads'
import { Button } from '@/ui/button'
import { Command } from '@/ui/code'
import { Field, Input } from '@/ui/field'
import { Inert } from '@/ui/inert'
import { codeOf } from './login-code'

/** `refused` is why a link that was followed did not work. */
export function Login({ refused }: { refused: Problem | null }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [error, setError] = useState<string | null>(refused?.detail ?? null)
  const [busy, setBusy] = useState(false)
  useEffect(() => { document.title = `${t`Log in`} · Kubechat` }, [t])
  useEffect(() => whenMarked(() => {
    // Asked before anything else is: where the session is no good after all, this page stays.
    client.fetchQuery({ ...sessionQuery, staleTime: 0 }).then(() => client.resetQueries(), () => undefined)
  }), [client])
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = codeOf(String(new FormData(event.currentTarget).get('link') ?? ''))
    if (code === null) return setError(t`This is no login link.`)
    setBusy(true)
    try {
      await openSession(code)
      await client.resetQueries()
    } catch (cause) {
      setError(toProblem(cause).detail)
    } finally {
      setBusy(false)
    }
  }
  return (
    <main id="main" className="grid min-h-dvh place-items-center p-4">
      <div className="grid w-full max-w-md gap-4 rounded-lg border border-line bg-surface p-6">
        <h1 className="text-xl font-semibold"><Trans>Log in to Kubechat</Trans></h1>
        <p className="text-sm text-ink-2"><Trans>On the machine where Kubechat runs, this prints a link for your browser. It works once, for a minute.</Trans></p>
        <Command text="kubechat login" />
        <form className="grid gap-3" onSubmit={(event) => void submit(event)}>
          <Field label={t`Or paste the link here`} error={error && <Inert text={error} />}>
            {(ids) => <Input {...ids} name="link" autoComplete="off" spellCheck={false} placeholder="http://127.0.0.1:7080/#code=…" />}
          </Field>
          <Button type="submit" kind="primary" disabled={busy} className="justify-self-start"><Trans>Log in</Trans></Button>
        </form>
      </div>
    </main>
  )
}
