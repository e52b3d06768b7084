// Sentences that fit the scope, to begin with. They are questions only: what changes something is written by the person.
import { useNavigate } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSendPrompt } from '@/api/mutations'
import { AskedOfFirst } from '@/shell/scope-words'
import { useAskedOf } from '@/shell/use-scope'
import { toast } from '@/shell/toasts'
import { Card } from '@/ui/card'
import { Icon } from '@/ui/icon'

export function Sentences({ namespace }: { namespace: string | undefined }) {
  const { t } = useLingui()
  const { cluster } = useAskedOf()
  const navigate = useNavigate()
  const send = useSendPrompt()
  const sentences = namespace === undefined
    ? ['what is broken?', 'list nodes', 'list deployments in all namespaces', 'what changed in the last hour?']
    : [`what is broken in ${namespace}?`, `list pods in ${namespace}`, `list deployments in ${namespace}`, `what changed in ${namespace} in the last hour?`]
  const ask = (sentence: string) => send.mutate({ sentence, cluster, namespace }, {
    onSuccess: ({ thread }) => void navigate({ to: '/chat/$id', params: { id: thread } }),
    onError: ({ detail, hint }) => toast({ tone: 'bad', text: detail, hint }),
  })
  return (
    <Card title={<Trans>Ask</Trans>}>
      <ul className="p-1.5">
        {sentences.map((sentence) => (
          <li key={sentence}>
            <button type="button" aria-label={t`Ask: ${sentence}`} disabled={send.isPending} onClick={() => ask(sentence)} className="flex min-h-8 w-full items-center justify-between gap-3 rounded-md px-2.5 text-left text-sm text-ink-2 hover:bg-hover hover:text-ink">
              {sentence}
              <span className="text-ink-3"><Icon name="right" size={14} /></span>
            </button>
          </li>
        ))}
      </ul>
      <AskedOfFirst className="border-t border-line px-4 py-2" />
    </Card>
  )
}
